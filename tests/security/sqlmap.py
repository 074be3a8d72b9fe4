"""Sqlmap on every answer and part of an address of every route: nothing may be injectable."""

import json
import re
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from litestar import Litestar
from tests.security.client import Place, Somebody
from tests.security.crawl import Found
from tests.security.document import FORM, document
from tests.security.fuzz import find
from tests.security.routes import PART, Route, routes_of

MARK = "*"  # where sqlmap puts what it tries
AT_ONCE = 10  # it mostly waits
SECONDS, SECONDS_EACH = (
    180,
    60,
)  # the most for one route, and for each of its parameters; a route that needs more is named
ENDS = frozenset({"/leave", "/logout", "/me/end-sessions", "/livez", "/readyz", "/metrics"})
# What it has confirmed; "appears to be" is a guess that it checks, and often takes back.
FOUND = re.compile(r"identified the following injection point|is vulnerable")
TRIED = re.compile(r"testing for SQL injection on (.+)|parameter '([^']+)' does not seem to be injectable")
ASKED = ("--level", "2", "--risk", "1", "--dbms", "PostgreSQL", "--time-sec", "2", "--batch", "--flush-session")
QUIET = (
    "--ignore-code",
    "*",
    "--ignore-redirects",
    "--drop-set-cookie",
    "--disable-coloring",
    "--retries",
    "0",
    "--timeout",
    "20",
)
INJECTABLE, CLEAN, LATE, UNTRIED = "injectable", "clean", "not finished", "not tried"


@dataclass(frozen=True, slots=True)
class Target:
    """A request of a role, as text, with a mark at everything that may be varied."""

    route: Route
    role: str
    text: str
    places: int


@dataclass(frozen=True, slots=True)
class Outcome:
    target: Target
    verdict: str
    tried: int
    told: str


def audit(place: Place, app: Litestar, scanners: Path, folder: Path) -> bool:
    """Prints each route where something is injectable, or that was not finished."""
    routes = routes_of(app)
    everybody = {found.role: found for found in find(place, routes)}
    documents = {role: document(app, routes, found) for role, found in everybody.items()}
    aimed = list(_aimed(place, routes, everybody, documents))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        outcomes = list(pool.map(lambda aim: _attack(aim(), scanners, folder), aimed))
    for outcome in outcomes:
        if outcome.verdict != CLEAN:
            print(f"  {outcome.verdict}: {outcome.target.route.method} {outcome.target.route.path} {outcome.told}")
    count = {
        verdict: sum(outcome.verdict == verdict for outcome in outcomes) for verdict in (INJECTABLE, LATE, UNTRIED)
    }
    places = sum(outcome.target.places for outcome in outcomes)
    print(
        f"sqlmap: {len(outcomes)} routes with {places} parameters, "
        + ", ".join(f"{number} {verdict}" for verdict, number in count.items())
    )
    return not any(count.values())


def _aimed(
    place: Place, routes: Sequence[Route], everybody: dict[str, Found], documents: dict[str, Any]
) -> Iterator[Callable[[], Target]]:
    """Each signs in only when its turn has come: a session that waits so long has ended."""
    for route in routes:
        role = _role(route, everybody)
        operation = documents[role]["paths"][route.template][route.method.lower()]
        if route.path not in ENDS and (operation["parameters"] or "requestBody" in operation):
            schemas = documents[role]["components"]["schemas"]
            yield partial(_target, place, route, role, operation, schemas)


def _role(route: Route, everybody: dict[str, Found]) -> str:
    """Who found the most of it: her requests get furthest."""
    allowed = [found for found in everybody.values() if found.role in route.roles] or [everybody[""]]
    key = f"{route.method} {route.path}"
    return max(allowed, key=lambda found: (len(found.addresses.get(key, [])), len(found.addresses))).role


def _target(place: Place, route: Route, role: str, operation: dict[str, Any], schemas: dict[str, Any]) -> Target:
    """The language of the reader is varied too: every page takes it from a cookie or a header."""
    values = {one["name"]: _sample(one["schema"], schemas) for one in operation["parameters"]}
    path = PART.sub(lambda found: quote(str(values[found[1]]), safe="") + MARK, route.path)
    asked = {one["name"]: values[one["name"]] for one in operation["parameters"] if one["in"] == "query"}
    body, kind, fields = _body(operation, schemas)
    query = "&".join(f"{quote(name)}={quote(str(value), safe='')}{MARK}" for name, value in asked.items())
    visitor = Somebody(place, role)
    lines = [
        f"{route.method} {path}{'?' + query if query else ''} HTTP/1.1",
        f"Host: {place.url.removeprefix('https://')}",
        f"Cookie: {visitor.cookie()}",
        f"X-CSRFToken: {visitor.form}",
    ]
    if route.path.startswith("/api/") and role:
        lines.append(f"Authorization: Bearer {place.secret('token', role)}")
    lines += [f"{one['name']}: {values[one['name']]}{MARK}" for one in operation["parameters"] if one["in"] == "header"]
    if kind:
        lines.append(f"Content-Type: {kind}")
    text = "\r\n".join([*lines, "", body])
    return Target(route, role, text, len(operation["parameters"]) + fields)


def _body(operation: dict[str, Any], schemas: dict[str, Any]) -> tuple[str, str, int]:
    """(text, content type, how many answers are marked in it)."""
    content: dict[str, Any] = operation.get("requestBody", {}).get("content", {})
    if FORM in content:
        fields = content[FORM]["schema"]["properties"]
        answers = {name: _sample(part, schemas) for name, part in fields.items()}
        text = "&".join(f"{urlencode({name: str(value)})}{MARK}" for name, value in answers.items())
        return text, FORM, len(answers)
    for kind, media in content.items():
        value = _marked(_sample(media["schema"], schemas))
        text = json.dumps(value)
        return text, kind, text.count(MARK)
    return "", "", 0


def _marked(value: Any) -> Any:
    match value:
        case dict():
            return {name: _marked(part) for name, part in value.items()}
        case list():
            return [_marked(part) for part in value]
        case str():
            return value + MARK
    return value


def _sample(schema: dict[str, Any], schemas: dict[str, Any], depth: int = 6) -> Any:
    """A value that the schema allows, as far as it is said."""
    if "$ref" in schema:
        return _sample(schemas[schema["$ref"].rpartition("/")[2]], schemas, depth - 1) if depth else None
    for choice in ("anyOf", "oneOf"):
        if choice in schema:
            filled = [one for one in schema[choice] if one.get("enum") not in ([], [""]) and one.get("type") != "null"]
            return _sample((filled or schema[choice])[0], schemas, depth)
    if schema.get("enum"):
        return next((value for value in schema["enum"] if value != ""), "")
    return _of_kind(schema, schemas, depth)


def _of_kind(schema: dict[str, Any], schemas: dict[str, Any], depth: int) -> Any:
    formats = {
        "uuid": str(uuid.uuid4()),
        "date": "2026-11-24",
        "date-time": "2026-11-24T18:00:00Z",
        "email": "a@b.example",
    }
    match schema.get("type"):
        case "object":
            return {name: _sample(part, schemas, depth) for name, part in schema.get("properties", {}).items()}
        case "array":
            return [_sample(schema["items"], schemas, depth)] if "items" in schema and depth else []
        case "integer" | "number":
            return schema.get("minimum", 1)
        case "boolean":
            return True
    if "pattern" in schema:
        return "2026-11-24T18:00" if "T" in schema["pattern"] else "18:00"
    return formats.get(schema.get("format", ""), "audit" + "x" * max(0, schema.get("minLength", 0) - 5))


def _attack(target: Target, scanners: Path, folder: Path) -> Outcome:
    own = folder / f"sqlmap.{uuid.uuid4().hex}"
    own.mkdir()
    request = own / "request.txt"
    request.write_bytes(target.text.encode())
    limit, started = SECONDS + SECONDS_EACH * target.places, time.monotonic()
    program = [str(scanners / "sqlmap"), "-r", str(request), "--force-ssl", "--output-dir", str(own / "out")]
    ended = subprocess.run(
        [*program, *ASKED, *QUIET, "--time-limit", str(limit)],
        capture_output=True,
        text=True,
        check=False,
        timeout=limit * 2,
        env={"HOME": str(own), "PATH": "/usr/bin:/bin"},
    )
    return _outcome(target, ended.stdout + ended.stderr, time.monotonic() - started > limit)


def _outcome(target: Target, said: str, is_late: bool) -> Outcome:
    tried = len({first or second for first, second in TRIED.findall(said)})
    last = said.strip().splitlines()[-1:] or [""]
    if FOUND.search(said):
        return Outcome(target, INJECTABLE, tried, "\n" + said[-3000:] + "\n" + target.text)
    if is_late:
        return Outcome(target, LATE, tried, last[0])
    if not tried:
        return Outcome(target, UNTRIED, tried, said[-600:])
    return Outcome(target, CLEAN, tried, "")
