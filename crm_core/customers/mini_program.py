"""Signing in from the mini program, and the phone number that WeChat has verified.

The platform is asked first, outside any transaction; then one verb stores its answer.
"""

from functools import partial
from typing import Final

from crm_core.customers import identities
from crm_core.customers.errors import LoginRefused, PhoneCodeRefused, TooManyPhoneCodes
from crm_core.customers.models import Customer
from crm_core.dealerships import actors, sessions
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.origin import keep_demo_data_here
from foundation import attempts
from foundation.cache import RateLimit
from foundation.errors import ErrorKind, PlatformError
from foundation.settings import get_settings
from integrations.weixin import weixin_client

_PHONE_CODES: Final = RateLimit("phone_codes", limit=10, period_seconds=3600)
"""Every code costs a call of the quota that WeChat gives us, even an invented one. The limit guards against misuse, so
it is no policy.
"""


async def sign_in(js_code: str) -> tuple[str, Actor]:
    """Exchange wx.login's code (five minutes, one use) for our session token and its owner.

    Raises:
        LoginRefused: the code was used, is too old or invented, or WeChat blocks the account.
        PlatformError: WeChat is busy.
    """
    await keep_demo_data_here(get_settings().weixin.base_url)
    try:
        login = await weixin_client().code2session(js_code)
    except PlatformError as error:
        raise _refusal(error, LoginRefused) from error
    who = partial(identities.identify, actors.system("wx_login"), openid=login.openid, unionid=login.unionid)
    customer_id = await attempts.repeat_rest(who)
    actor = actors.owner(customer_id, openid=login.openid)
    return await sessions.begin(actor), actor


async def share_phone(actor: Actor, code: str) -> str:
    """Exchange the phone button's code for the number and store it as the owner's verified one; returns the number.

    The code can be used only once, so every number WeChat returns is accepted, including foreign ones.

    Raises:
        PhoneCodeRefused: the code was used, is too old or invented.
        PhoneNotAccepted: WeChat did not return a phone number.
        TooManyPhoneCodes: after ten codes in an hour, without asking WeChat.
        PlatformError: WeChat is busy.
    """
    if await _PHONE_CODES.wait_seconds(str(actor.id)):
        raise TooManyPhoneCodes
    await keep_demo_data_here(get_settings().weixin.base_url)
    try:
        shared = await weixin_client().get_phone_number(code)
    except PlatformError as error:
        raise _refusal(error, PhoneCodeRefused) from error
    number = identities.read_vouched_phone(shared.country_code, shared.pure_phone_number)
    await attempts.repeat_rest(partial(identities.link_phone, actor, actor.id, number))
    return number


async def verified_phone(actor: Actor) -> str | None:
    """The owner's number if WeChat has verified it, else None."""
    customer = await Customer.get(id=actor.id)
    return customer.phone if customer.phone_verified_at is not None else None


def _refusal(error: PlatformError, refusal: type[LoginRefused] | type[PhoneCodeRefused]) -> Exception:
    """The error to raise: a bad code becomes a refusal, and a busy platform's error is passed on."""
    return error if error.kind in {ErrorKind.BUSY, ErrorKind.UNKNOWN, ErrorKind.TOKEN} else refusal()
