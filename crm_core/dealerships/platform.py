"""This process's WeCom client, given out only where the people of this database may be spoken of."""

from crm_core.dealerships.origin import keep_demo_data_here
from integrations.wecom import WeComClient, wecom_client


async def wecom() -> WeComClient:
    """The client made from the settings.

    Raises:
        DemoDataStaysHere: a demo's people and a real platform would meet.
    """
    client = wecom_client()
    await keep_demo_data_here(client.app.base_url)
    return client


async def close() -> None:
    """Close the connections of this process's client; the next call opens new ones."""
    await wecom_client().close()
