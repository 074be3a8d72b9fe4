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
                "audit",
                "calls",
                "care",
                "families",
                "followups",
                "imports",
                "letters",
                "matches",
                "messages",
                "operations",
                "pins",
                "referrals",
                "retention",
                "telephone",
                "volunteers",
            )
        ]
    ),
)
