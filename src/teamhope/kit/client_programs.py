"""PostgreSQL's own programs as streams: pg_dump to read from, pg_restore and psql to write to."""

import os
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO, Any, Final
from urllib.parse import unquote, urlsplit

from teamhope.kit.embedded_postgres import binary

SECONDS_TO_END: Final = 2  # for a program that has closed its end of a pipe


class ProgramFailed(RuntimeError):
    """The first sentence that the program complained with."""


@contextmanager
def program(
    name: str,
    arguments: Sequence[str],
    *,
    dsn: str = "",
    stdin: Any = subprocess.PIPE,
    stdout: Any = subprocess.DEVNULL,
) -> Iterator["subprocess.Popen[bytes]"]:
    """Runs while the block lasts; its standard input is closed at the end, and it is killed if the block raises.

    Raises ProgramFailed when it ends badly. The password travels in the environment: everybody sees arguments.
    """
    parts = urlsplit(dsn)
    visible = parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", "@", 1)).geturl()
    with tempfile.TemporaryFile() as complaints:
        running = subprocess.Popen(  # noqa: S603 - the binary is ours and no shell reads the arguments
            [str(binary(name)), *arguments, *([f"--dbname={visible}"] if dsn else [])],
            env={**os.environ, "PGPASSWORD": unquote(parts.password or "")},
            stdin=stdin,
            stdout=stdout,
            stderr=complaints,
        )
        try:
            yield running
            _close(running.stdin)
        except (BrokenPipeError, ProgramFailed):
            # It ended early, and what was to feed it failed for that: then it says below why.
            if not _ends_by_itself(running):
                running.kill()
                raise
        except BaseException:
            running.kill()
            raise
        finally:
            running.wait()
            _abandon(running.stdin)
            _abandon(running.stdout)
        if running.returncode != 0:
            raise ProgramFailed(f"{name}: {_first_line(complaints)}")


def _ends_by_itself(running: "subprocess.Popen[bytes]") -> bool:
    try:
        return running.wait(SECONDS_TO_END) != 0
    except subprocess.TimeoutExpired:
        return False


def _close(stream: IO[bytes] | None) -> None:
    if stream:
        stream.close()


def _abandon(stream: IO[bytes] | None) -> None:
    """Closes a pipe whose other end may be gone with bytes of it unread."""
    try:
        _close(stream)
    except BrokenPipeError:
        return


def _first_line(complaints: IO[bytes]) -> str:
    complaints.seek(0)
    lines = complaints.read(10_000).decode(errors="replace").strip().splitlines()
    return lines[0] if lines else "it said nothing"
