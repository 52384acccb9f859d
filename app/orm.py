"""Which tables there are, and how Tortoise reaches them: one app label, one linear history of migrations."""

from pathlib import Path
from typing import Any

from foundation.settings import get_settings

ROOT = Path(__file__).resolve().parent.parent
LABEL = "wedealer"
_PACKAGES = ("foundation", "bot", "campaigns", "crm_core")


def model_modules() -> list[str]:
    """Every `models.py` of the house, in a stable order."""
    files = sorted(file for package in _PACKAGES for file in (ROOT / package).rglob("models.py"))
    return [".".join(file.relative_to(ROOT).with_suffix("").parts) for file in files]


def tortoise_config(database_url: str | None = None, *, pool: int | None = None) -> dict[str, Any]:
    """The configuration `foundation.database.connect` and the migration commands take."""
    url = database_url or get_settings().database_url.get_secret_value()
    scheme_end = url.index("://")
    separator = "&" if "?" in url else "?"
    size = pool or get_settings().database_pool
    return {
        "connections": {"default": f"asyncpg{url[scheme_end:]}{separator}minsize=1&maxsize={size}"},
        "apps": {LABEL: {"models": model_modules(), "default_connection": "default", "migrations": "migrations"}},
        "use_tz": True,
        "timezone": "UTC",
    }
