"""Demo data can never reach a real platform: code that is about to call one asks here first."""

from typing import Final
from urllib.parse import urlsplit

from foundation import database
from foundation.errors import Refused
from foundation.settings import get_settings

REAL_HOSTS: Final = (".qq.com", ".tenpay.com", ".wechat.com")
"""Suffixes of the host names of Tencent's platforms."""


class DemoDataStaysHere(Refused):
    """A database with invented people would call a real platform."""

    code = "demo_data_stays_here"
    message = "演示数据不能发往真实平台。"


async def mark_as_demo() -> None:
    """Mark this database as demo data, for good; the seed calls it before it writes the first invented person."""
    await database.execute("INSERT INTO data_origin (id, kind) VALUES (1, 'demo') ON CONFLICT DO NOTHING")


async def is_demo_data() -> bool:
    """Whether invented people were ever written into this database."""
    return bool(await database.fetch_value("SELECT EXISTS (SELECT 1 FROM data_origin)"))


async def keep_demo_data_here(base_url: str) -> None:
    """Check that the platform at `base_url` may be given data of this database.

    Raises:
        DemoDataStaysHere: a demo or test is set up with a real host, or a production database holds demo data.
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
