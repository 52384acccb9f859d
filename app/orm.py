"""Tortoise's configuration: where the models of all tables are and how the database is reached."""

from typing import Any

from tortoise.backends.base.config_generator import expand_db_url

from app import rooms
from foundation.settings import get_settings

LABEL = "wedealer"


def tortoise_config(database_url: str | None = None, *, pool: int | None = None) -> dict[str, Any]:
    """The configuration `foundation.database.connect` and the migration commands take."""
    url = database_url or get_settings().database_url.get_secret_value()
    scheme_end = url.index("://")
    separator = "&" if "?" in url else "?"
    size = pool or get_settings().database_pool
    connection = expand_db_url(f"asyncpg{url[scheme_end:]}{separator}minsize=1&maxsize={size}")
    return {
        "connections": {"default": connection | {"engine": "foundation.connections"}},
        "apps": {LABEL: {"models": rooms.models(), "default_connection": "default", "migrations": "migrations"}},
        "use_tz": True,
        "timezone": "UTC",
    }
