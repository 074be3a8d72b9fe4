"""Mozilla Observatory's grade of the sign-in page and of pages behind it."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from tests.security.client import Place, Somebody

LEAST_SCORE, GRADE = 125, "A+"
PAGES = (("", "/login"), ("coordinator", "/"), ("coordinator", "/families"), ("volunteer", "/"), ("admin", "/"))
SECONDS = 60


def audit(place: Place, scanner: Path) -> bool:
    """Prints the lowest grade. `scanner`: the folder with scan.mjs and what it needs."""
    results = [_scan(place, scanner, role, path) for role, path in PAGES]
    for result in results:
        print(f"  {result['page']}: {result['grade']} {result['score']}, {result['passed']} of {result['of']} passed")
    worst = min(result["score"] for result in results)
    for lost in sorted({words for result in results for words in result["lost"]}):
        print(f"  lost: {lost}")
    print(f"observatory: lowest {worst}, grade {', '.join(sorted({result['grade'] for result in results}))}")
    return worst >= LEAST_SCORE and all(result["grade"] == GRADE and not result["lost"] for result in results)


def _scan(place: Place, scanner: Path, role: str, path: str) -> dict[str, Any]:
    visitor = Somebody(place, role)
    answer = visitor.get(path)
    assert answer.status_code == 200, f"{path} as {role or 'nobody'}: {answer.status_code}"
    address = place.url.removeprefix("https://") + path
    told = subprocess.run(
        ["node", "scan.mjs", address, *([visitor.session_pair] if role else [])],
        cwd=scanner,
        env={**os.environ, "NODE_EXTRA_CA_CERTS": place.authority},
        capture_output=True,
        text=True,
        check=True,
        timeout=SECONDS,
    )
    result: dict[str, Any] = json.loads(told.stdout)
    assert abs(int(result["length"]) - len(answer.content)) < 100, f"{path}: the scanner saw another page than {role}"
    return result | {"page": f"{path} as {role or 'nobody'}"}
