"""This process's WeChat Pay client, which a demo can only use with the simulator."""

from crm_core.dealerships.origin import keep_demo_data_here
from foundation.settings import get_settings
from integrations.wechat_pay import WeChatPayClient, wechat_pay_client

NOTIFY_PATH = "/wechat-pay/notify"
"""The path of our endpoint for notices, served by the web process."""


async def wechat_pay() -> WeChatPayClient:
    """The client made from the settings.

    Raises:
        DemoDataStaysHere: a demo's invented people would reach a real platform.
    """
    await keep_demo_data_here(get_settings().wechat_pay.base_url)
    return wechat_pay_client()


def notify_url() -> str:
    """The address the platform sends its notices to (https and without a query in production)."""
    return get_settings().public_url.rstrip("/") + NOTIFY_PATH
