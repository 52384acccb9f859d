"""「联系我」 at WeCom: a QR code that leads to salespeople; WeCom returns the code's `state` with each scan.

What a state means (store, source, welcome coupon) is known only to the campaigns.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from crm_core.customers.platform import wecom
from foundation.errors import ErrorKind, OutcomeUnknown, PlatformError

GONE: Final = 41044
"""WeCom does not know the code (any more)."""


@dataclass(frozen=True)
class MadeCode:
    """A code that WeCom made. Store its `config_id`, since codes made by API are not listed in WeCom's console."""

    config_id: str
    qr_url: str


async def make_code(userids: Sequence[str], *, state: str, remark: str, takes_several: bool = False) -> MadeCode:
    """Have WeCom make a code, for one salesperson or for several at once. Do not call it inside a transaction.

    If no answer comes, the call may be repeated: at worst there is a second, unused code with the same state.

    Raises:
        PlatformError: WeCom refused (41045: the corp's quota of codes is reached), or did not answer (BUSY).
    """
    client = await wecom()
    with _busy_without_answer("add_contact_way"):
        made = await client.contact_ways.add(userids, state=state, remark=remark, takes_several=takes_several)
    return MadeCode(made.config_id, made.qr_code)


async def change_code(config_id: str, userids: Sequence[str], *, remark: str) -> None:
    """Let a code lead to these salespeople, under this name. Do not call it inside a transaction; it may be repeated.

    Raises:
        PlatformError: WeCom refused, or did not answer (BUSY).
    """
    client = await wecom()
    with _busy_without_answer("update_contact_way"):
        await client.contact_ways.update(config_id, user_ids=userids, remark=remark)


async def delete_code(config_id: str) -> None:
    """Let a code lead nowhere; one that WeCom does not know is deleted already. Do not call it inside a transaction; it
    may be repeated.

    Raises:
        PlatformError: WeCom refused, or did not answer (BUSY).
    """
    client = await wecom()
    try:
        with _busy_without_answer("del_contact_way"):
            await client.contact_ways.delete(config_id)
    except PlatformError as error:
        if error.errcode != GONE:
            raise


async def picture_of_code(config_id: str) -> bytes:
    """The picture of a code, from where WeCom says that it lies now.

    Raises:
        PlatformError: it could not be had.
    """
    client = await wecom()
    kept = await client.contact_ways.get(config_id)
    return await client.contact_ways.picture(str(kept["qr_code"]))


@contextmanager
def _busy_without_answer(call: str) -> Iterator[None]:
    try:
        yield
    except OutcomeUnknown as unknown:
        raise PlatformError("wecom", "no_answer", call, kind=ErrorKind.BUSY) from unknown
