"""Team HOPE: peer support for families of missing and exploited children."""

import os

# Piccolo looks the engine up by this name; a console script has no project root on its path.
os.environ.setdefault("PICCOLO_CONF", "teamhope.piccolo_conf")
