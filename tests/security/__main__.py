"""Outside scanners against the real service over TLS: `python -m tests.security [PART]`, PART one of those in PARTS."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from litestar import Litestar
from tests.security import fuzz, observatory, odd, sqlmap, wapiti
from tests.security.client import WHERE, Place

from teamhope.app import create_app
from teamhope.kit import crypto
from teamhope.settings import Settings

ROOT = Path(__file__).parent.parent.parent
SCANNERS = ROOT / ".venv-audit" / "bin"
CASES = int(os.environ.get("CASES") or 20_000)
START_SECONDS, STOP_SECONDS = 240, 60
KEYS = crypto.KeyRing(keys=(b"e" * 32,), lookup=b"l" * 32, signing=b"s" * 32)  # to look at routes only
Part = Callable[[Place, Litestar, Path], bool]


def scan_schemathesis(place: Place, app: Litestar, folder: Path) -> bool:
    return fuzz.audit(place, app, SCANNERS, folder, CASES)


def scan_observatory(place: Place, _app: Litestar, _folder: Path) -> bool:
    return observatory.audit(place, SCANNERS.parent / "observatory")


def send_odd(place: Place, _app: Litestar, _folder: Path) -> bool:
    return odd.audit(place)


def scan_wapiti(place: Place, _app: Litestar, folder: Path) -> bool:
    return wapiti.audit(place, SCANNERS, folder)


def scan_sqlmap(place: Place, app: Litestar, folder: Path) -> bool:
    return sqlmap.audit(place, app, SCANNERS, folder)


PARTS: dict[str, Part] = {
    "observatory": scan_observatory,
    "odd": send_odd,
    "schemathesis": scan_schemathesis,
    "wapiti": scan_wapiti,
    "sqlmap": scan_sqlmap,
}


@contextmanager
def served(folder: Path) -> Iterator[Place]:
    """The service in a process of its own, with a database of its own, as long as the block lasts."""
    with (folder / "service.log").open("w") as log:
        process = subprocess.Popen([sys.executable, "-m", "tests.security.site", str(folder)], stdout=log, stderr=log)
        try:
            yield _place(folder / WHERE, process)
        finally:
            process.terminate()
            process.wait(timeout=STOP_SECONDS)
            _tell_faults(folder / "service.log")


def _place(file: Path, process: "subprocess.Popen[bytes]") -> Place:
    started = time.monotonic()
    while not file.exists():
        if process.poll() is not None or time.monotonic() - started > START_SECONDS:
            raise RuntimeError(f"the service did not start:\n{file.with_name('service.log').read_text()[-3000:]}")
        time.sleep(0.2)
    return Place.read(file.read_text())


def _tell_faults(log: Path) -> None:
    """Where in the code, for each answer of 500; twice the same place is told once."""
    lines = (json.loads(line) for line in log.read_text(errors="replace").splitlines() if '"internal_error"' in line)
    for place, count in Counter(f"{line['error_type']} at {line['where']}" for line in lines).items():
        print(f"  fault of ours: {place}, {count} times", flush=True)


@contextmanager
def throw_away() -> Iterator[Path]:
    """A folder that the account of root's database server may enter."""
    folder = Path(tempfile.mkdtemp(prefix="teamhope-audit-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def audit(name: str) -> bool:
    started = time.monotonic()
    with throw_away() as folder, served(folder) as place:
        crypto.use_keys(KEYS)
        passed = PARTS[name](place, create_app(Settings()), folder)
    print(f"{name}: {'passed' if passed else 'FAILED'} in {time.monotonic() - started:.0f} s", flush=True)
    return passed


def main(wanted: list[str]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started is ended on the way out
    unknown = set(wanted) - PARTS.keys()
    if unknown:
        print(f"{', '.join(sorted(unknown))}: no such part. There are {', '.join(PARTS)}.", file=sys.stderr)
        return 2
    results = [audit(name) for name in wanted or PARTS]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
