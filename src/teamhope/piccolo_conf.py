"""Where Piccolo's own commands find the engine and the tables."""

from piccolo.conf.apps import AppRegistry

from teamhope.kit.database import ENGINE as DB

APP_REGISTRY = AppRegistry(apps=["teamhope.piccolo_app"])

__all__ = ["APP_REGISTRY", "DB"]
