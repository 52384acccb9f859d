"""This process's WeCom client, given out only if data of this database may be sent to the platform."""

from crm_core.dealerships.origin import keep_demo_data_here
from integrations.wecom import WeComClient, wecom_client


async def wecom() -> WeComClient:
    """The client made from the settings.

    Raises:
        DemoDataStaysHere: demo data would be sent to a real platform.
    """
    client = wecom_client()
    await keep_demo_data_here(client.app.base_url)
    return client


async def close() -> None:
    """Close the connections of this process's client; the next call opens new ones."""
    await wecom_client().close()
