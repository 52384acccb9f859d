"""「联系我」 at WeCom: a QR code that leads to one salesperson; WeCom returns the code's `state` with each scan.

What a state means (store, source, welcome coupon) is known only to the campaigns.
"""

from dataclasses import dataclass

from crm_core.customers.platform import wecom
from foundation.errors import ErrorKind, OutcomeUnknown, PlatformError


@dataclass(frozen=True)
class MadeCode:
    """A code that WeCom made. Store its `config_id`, since codes made by API are not listed in WeCom's console."""

    config_id: str
    qr_url: str


async def make_code(userid: str, *, state: str, remark: str) -> MadeCode:
    """Have WeCom make a code. Do not call it inside a transaction.

    If no answer comes, the call may be repeated: at worst there is a second, unused code with the same state.

    Raises:
        PlatformError: WeCom refused (41045: the corp's quota of codes is reached), or did not answer (BUSY).
    """
    client = await wecom()
    try:
        made = await client.contact_ways.add([userid], state=state, remark=remark)
    except OutcomeUnknown as unknown:
        raise PlatformError("wecom", "no_answer", "add_contact_way", kind=ErrorKind.BUSY) from unknown
    return MadeCode(made.config_id, made.qr_code)


async def give_code(config_id: str, userid: str) -> None:
    """Let a code lead to another salesperson. Do not call it inside a transaction; it may be repeated.

    Raises:
        PlatformError: WeCom refused, or did not answer (BUSY).
    """
    client = await wecom()
    try:
        await client.contact_ways.update(config_id, user_ids=[userid])
    except OutcomeUnknown as unknown:
        raise PlatformError("wecom", "no_answer", "update_contact_way", kind=ErrorKind.BUSY) from unknown
