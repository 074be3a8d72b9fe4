"""Schemathesis over every route as every role and as nobody: no answer may be a fault of ours (5xx)."""

import json
import os
import subprocess
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from litestar import Litestar
from tests.security.client import Place, Somebody
from tests.security.crawl import Found, crawl, share
from tests.security.document import document
from tests.security.routes import Route, routes_of

HOOKS = Path(__file__).with_name("schemathesis_hooks.py")
COVERING = 0.6  # of a role's cases go round the edges of what she may do, the rest are drawn by chance over all routes
CASES_OF_AN_OPERATION = 35  # about so many edges has one
NOBODY = "nobody"
PLAIN = ("--checks", "not_a_server_error", "--continue-on-failure", "--no-shrink", "--suppress-health-check", "all")
QUIET = ("--generation-database", "none", "--no-color", "--warnings", "off", "--request-timeout", "30")
MOST_PASSES = 6
Counted = dict[str, Any]
MOST_MINUTES = 25


def audit(place: Place, app: Litestar, scanners: Path, folder: Path, cases: int) -> bool:
    """Prints a line for each role, and each fault's request. False if there was a fault, or fewer cases than asked."""
    routes = routes_of(app)
    everybody = find(place, routes)
    told = []
    for found, wanted in zip(everybody, shares(everybody, routes, cases), strict=True):
        whole = document(app, routes, found)
        told.append(fuzz(Fuzzer(place, found.role, folder, scanners), whole, own_routes(routes, found.role), wanted))
    done, faults = sum(one["cases"] for one in told), [fault for one in told for fault in one["faults"]]
    reached = {name for one in told for name in one["handled"]}
    for fault in faults:
        print(json.dumps(fault))
    print(f"schemathesis: {done} cases over {len(routes)} routes, {len(reached)} of them acted, {len(faults)} faults")
    return done >= cases and not faults


def find(place: Place, routes: Sequence[Route]) -> list[Found]:
    found = [crawl(Somebody(place, role), routes) for role in (*place.roles, "")]
    share(found)
    return found


def shares(everybody: Sequence[Found], routes: Sequence[Route], cases: int) -> list[int]:
    """More for who may do more."""
    weights = [sum(found.role in route.roles for route in routes) + 5 for found in everybody]
    return [-(-cases * weight // sum(weights)) for weight in weights]


@dataclass(frozen=True, slots=True)
class Fuzzer:
    """Schemathesis as one role, with the document of what that role found."""

    place: Place
    role: str
    folder: Path
    scanners: Path

    def run(self, described: Counted, phases: str, most: int, each: int, seed: int) -> Counted:
        """At most `most` cases, `each` of them for an operation where chance decides."""
        file = self.folder / f"{self.role or NOBODY}.openapi.json"
        file.write_text(json.dumps(described))
        result = file.with_suffix(".result.json")
        result.unlink(missing_ok=True)
        program = [str(self.scanners / "schemathesis"), "run", str(file), "--url", self.place.url]
        choice = ["--phases", phases, "--max-examples", str(each), "--seed", str(seed), "--workers", "2"]
        ended = subprocess.run(
            [*program, "--tls-verify", self.place.authority, *choice, *PLAIN, *QUIET],
            env=os.environ | self._environment(most, result),
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            timeout=MOST_MINUTES * 60,
        )
        if not result.exists():
            raise RuntimeError(f"schemathesis as {self.role or NOBODY} made no case:\n{ended.stdout}{ended.stderr}")
        counted: Counted = json.loads(result.read_text())
        return counted

    def _environment(self, most: int, result: Path) -> dict[str, str]:
        return {
            "AUDIT_URL": self.place.url,
            "AUDIT_DOOR": self.place.door,
            "AUDIT_ROLE": self.role,
            "AUDIT_AUTHORITY": self.place.authority,
            "AUDIT_RESULT": str(result),
            "AUDIT_CASES": str(most),
            "SCHEMATHESIS_HOOKS": str(HOOKS),
        }


def own_routes(routes: Sequence[Route], role: str) -> list[Route]:
    """What the role may do; for nobody, what anybody may."""
    return [route for route in routes if (role in route.roles if role else not route.roles)]


def only(described: Counted, routes: Sequence[Route]) -> Counted:
    paths: dict[str, Counted] = {}
    for route in routes:
        operation = described["paths"][route.template][route.method.lower()]
        paths.setdefault(route.template, {})[route.method.lower()] = operation
    return described | {"paths": paths}


def fuzz(fuzzer: Fuzzer, described: Counted, own: Sequence[Route], wanted: int) -> Counted:
    """First round the edges of what she may do, thinned out evenly where cases are few; then by chance over all."""
    total: Counted = {"cases": 0, "statuses": Counter(), "handled": Counter(), "faults": []}
    covering = int(wanted * COVERING)
    step = max(1, -(-len(own) * CASES_OF_AN_OPERATION // max(1, covering)))
    _add(total, fuzzer.run(only(described, own[::step]), "examples,coverage", wanted, 100, 1))
    operations = sum(len(methods) for methods in described["paths"].values())
    for seed in range(1, MOST_PASSES):
        left = wanted - total["cases"]
        if left > 0:
            each = max(2, -(-left // operations))
            _add(total, fuzzer.run(described, "fuzzing", max(left, each * operations), each, seed))
    _tell(fuzzer.role or NOBODY, total)
    return total


def _tell(role: str, total: Counted) -> None:
    classes: Counter[str] = Counter()
    for code, count in total["statuses"].items():
        classes[f"{code[0]}xx" if code.isdigit() else code] += count
    spread = ", ".join(f"{name} {count}" for name, count in sorted(classes.items()))
    print(f"schemathesis as {role}: {total['cases']} cases ({spread}), {len(total['faults'])} faults", flush=True)


def _add(total: Counted, more: Counted) -> None:
    total["cases"] += more["cases"]
    total["faults"] += more["faults"]
    for name in ("statuses", "handled"):
        total[name].update(more[name])
