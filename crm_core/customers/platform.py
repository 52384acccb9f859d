"""This process's WeCom client, given out only where the people of this database may be spoken of."""

from functools import lru_cache

from crm_core.dealerships.origin import keep_demo_data_here
from foundation.settings import get_settings
from integrations.wecom.client import WeComApp, WeComClient


async def wecom() -> WeComClient:
    """The client made from the settings.

    Raises:
        DemoDataStaysHere: a demo's people and a real platform would meet.
    """
    app = WeComApp.from_settings(get_settings().wecom)
    await keep_demo_data_here(app.base_url)
    return _client(app)


async def close() -> None:
    """Close the connections of this process's client; the next call opens new ones."""
    await _client(WeComApp.from_settings(get_settings().wecom)).close()


@lru_cache(maxsize=1)
def _client(app: WeComApp) -> WeComClient:
    return WeComClient(app)
