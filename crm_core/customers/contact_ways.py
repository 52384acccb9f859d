"""The platform side of 「联系我」: a QR code that leads to one salesperson and brings its `state` back with each scan.

What a state means (store, source, welcome coupon) is the campaigns' business.
"""

from dataclasses import dataclass

from crm_core.customers.platform import wecom
from foundation.errors import ErrorKind, OutcomeUnknown, PlatformError


@dataclass(frozen=True)
class MadeCode:
    """Keep `config_id`: codes made by API are not shown in WeCom's console."""

    config_id: str
    qr_url: str


async def make_code(userid: str, *, state: str, remark: str) -> MadeCode:
    """Have WeCom make a code; never call it inside a transaction.

    When no answer came the call is worth repeating: at worst a second code with the same state exists, unused.

    Raises:
        PlatformError: WeCom refused (41045: the corp's quota of codes is reached), or did not answer (BUSY).
    """
    client = await wecom()
    try:
        made = await client.contact_ways.add([userid], state=state, remark=remark)
    except OutcomeUnknown as unknown:
        raise PlatformError("wecom", "no_answer", "add_contact_way", kind=ErrorKind.BUSY) from unknown
    return MadeCode(made.config_id, made.qr_code)
