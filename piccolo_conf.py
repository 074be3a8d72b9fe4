"""Piccolo's configuration, at the place where its commands look for it."""

from teamhope.piccolo_conf import APP_REGISTRY, DB

__all__ = ["APP_REGISTRY", "DB"]
