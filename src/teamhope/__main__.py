"""`python -m teamhope` is the command line."""

from teamhope.cli import main

if __name__ == "__main__":
    main()
