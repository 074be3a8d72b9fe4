"""`teamhope serve` as tests kill it: python -m tests.faults.web_process, with its settings in the environment.

It may crash by itself (crash_points).
"""

import sys

from tests.faults import crash_points

from teamhope.cli import teamhope


def main() -> None:
    crash_points.arm()
    teamhope(["serve", *sys.argv[1:]], prog_name="teamhope")


if __name__ == "__main__":
    main()
