"""All tables and migrations, as one Piccolo app."""

from pathlib import Path

from piccolo.conf.apps import AppConfig, table_finder

APP_CONFIG = AppConfig(
    app_name="teamhope",
    migrations_folder_path=str(Path(__file__).parent / "piccolo_migrations"),
    table_classes=table_finder(
        modules=[
            f"teamhope.tables.{name}"
            for name in (
                "accounts",
                "calls",
                "care",
                "families",
                "followups",
                "matches",
                "messages",
                "operations",
                "referrals",
                "volunteers",
            )
        ]
    ),
)
