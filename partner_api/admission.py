"""The key in `Authorization: Bearer …` opens the door; unknown keys are counted by address."""

import math

from sanic import Request

from crm_core.dealerships.actors import Actor
from crm_core.partners import admitting
from crm_core.partners.errors import KeyNotGood, TooManyCalls
from foundation.cache import RateLimit
from foundation.web import Api

_BEARER = "Bearer "
_REFUSALS = RateLimit("partner_refusals", limit=30, period_seconds=600)
"""Nobody types a key: thirty wrong ones are a defective or hostile program. A good key is not held up by them."""


async def calling_partner(request: Request) -> Actor:
    """The program whose key is in the header.

    Raises:
        KeyNotGood: no key, or none that is good.
        TooManyCalls: the key's limit is used up, or this address has sent too many wrong ones.
    """
    header = request.headers.get("authorization", "")
    try:
        if not header.startswith(_BEARER):
            raise KeyNotGood
        return await admitting.admitted(header[len(_BEARER) :])
    except KeyNotGood:
        if wait := await _REFUSALS.wait_seconds(request.client_ip):
            raise TooManyCalls(retry_after_seconds=math.ceil(wait)) from None
        raise


api = Api("partner", prefix="/api/partner", authenticate=calling_partner)
