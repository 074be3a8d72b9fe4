"""Wapiti on the signed-in site: it follows the links, fills in the forms, and attacks what it finds."""

import json
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from tests.security.client import Place, Somebody

ROLES = ("coordinator", "volunteer", "admin")
# All that needs no other machine and no list of products; not ldap, which takes any two answers that differ for a find,
# nor spring4shell, a check of Java, which takes a refused unknown field for one.
MODULES = (
    "backup,cookieflags,crlf,csp,csrf,exec,file,htaccess,http_headers,methods,permanentxss,redirect,"
    "shellshock,sql,ssl,timesql,upload,xss,xxe"
)
ENDS = ("logout", "leave", "me/end-sessions", "me/session", "language")
MEDIUM = 2  # wapiti's levels: 1 low, 2 medium, 3 high, 4 critical
CRAWL_SECONDS, ATTACK_SECONDS, MOST_SECONDS = 90, 45, 1500
LIMITS = ("--depth", "8", "--max-files-per-dir", "12", "--max-links-per-page", "60", "--tasks", "2")


def audit(place: Place, scanners: Path, folder: Path) -> bool:
    """Prints what is of medium level or higher, and each answer of 500, with the request."""
    with ThreadPoolExecutor(2) as both:
        results = list(both.map(lambda role: _attack(place, role, scanners, folder), ROLES))
    findings = [finding for result in results for finding in result]
    for finding in findings:
        print(f"  {json.dumps(finding)}")
    print(f"wapiti: {len(findings)} findings of medium or higher, as {', '.join(ROLES)}")
    return not findings


def _attack(place: Place, role: str, scanners: Path, folder: Path) -> list[dict[str, Any]]:
    report, visitor = folder / f"wapiti.{role}.json", Somebody(place, role)
    excluded = [word for path in ENDS for word in ("-x", f"{place.url}/{path}*")]
    program = [str(scanners / "wapiti"), "--url", f"{place.url}/", "--scope", "folder", "--module", MODULES]
    identity = ["--cookie-value", visitor.cookie(), "--verify-ssl", "0", *excluded]
    limits = ["--max-scan-time", str(CRAWL_SECONDS), "--max-attack-time", str(ATTACK_SECONDS), *LIMITS]
    files = [
        "--store-session",
        str(folder / role),
        "--store-config",
        str(folder / role),
        "-f",
        "json",
        "-o",
        str(report),
    ]
    ended = subprocess.run(
        [*program, *identity, *limits, *files, "--flush-session", "--no-bugreport", "--verbose", "0"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=MOST_SECONDS,
    )
    if not report.exists():
        raise RuntimeError(f"wapiti as {role} reported nothing:\n{ended.stdout[-2000:]}{ended.stderr[-2000:]}")
    return _told(role, json.loads(report.read_text()))


def _told(role: str, report: dict[str, Any]) -> list[dict[str, Any]]:
    pages = report["infos"].get("crawled_pages_nbr", 0)
    low = sum(len(found) for found in report["vulnerabilities"].values())
    print(f"wapiti as {role}: {pages} pages and forms attacked, {low} findings of any level", flush=True)
    assert pages > 10, f"wapiti as {role} did not get in"
    kinds = [*report["vulnerabilities"].items(), *report["anomalies"].items()]
    return [
        {
            "role": role,
            "kind": kind,
            **{name: one.get(name) for name in ("level", "method", "path", "info", "http_request")},
        }
        for kind, found in kinds
        for one in found
        if one["level"] >= MEDIUM or kind == "Internal Server Error"
    ]
