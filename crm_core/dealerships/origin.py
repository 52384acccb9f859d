"""Demo data can never reach a real platform: whoever is about to call one asks here first."""

from typing import Final
from urllib.parse import urlsplit

from foundation import database
from foundation.errors import Refused
from foundation.settings import get_settings

REAL_HOSTS: Final = (".qq.com", ".tenpay.com", ".wechat.com")
"""Ends of the host names Tencent's platforms answer under."""


class DemoDataStaysHere(Refused):
    """Invented people and a real platform met."""

    code = "demo_data_stays_here"
    message = "演示数据不能发往真实平台。"


async def mark_as_demo() -> None:
    """Brand this database for ever; the seed calls it before it writes the first invented person."""
    await database.execute("INSERT INTO data_origin (id, kind) VALUES (1, 'demo') ON CONFLICT DO NOTHING")


async def is_demo_data() -> bool:
    """Whether this database was ever filled with invented people."""
    return bool(await database.fetch_value("SELECT EXISTS (SELECT 1 FROM data_origin)"))


async def keep_demo_data_here(base_url: str) -> None:
    """Return when the platform at `base_url` may hear of this database's people.

    Raises:
        DemoDataStaysHere: a demo or a test points at a real host, or production holds a demo's data.
    """
    if get_settings().is_demo:
        if is_real_host(base_url):
            raise DemoDataStaysHere
    elif await is_demo_data():
        raise DemoDataStaysHere


def is_real_host(base_url: str) -> bool:
    """Whether an address belongs to one of Tencent's platforms."""
    host = (urlsplit(base_url).hostname or "").rstrip(".").lower()
    return any(host == end[1:] or host.endswith(end) for end in REAL_HOSTS)
