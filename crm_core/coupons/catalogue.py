"""The catalogue jobs to which a coupon can be limited."""

from collections.abc import Collection

from crm_core.coupons.errors import TermsNotAccepted
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from foundation import database


async def items(actor: Actor) -> dict[str, str]:
    """The name of every job a coupon may be for, by its code, ordered by name."""
    authorise(actor, "coupon_templates.read", subject())
    return await _names("SELECT code, name FROM service_item ORDER BY name, code")


async def names_of(codes: Collection[str]) -> dict[str, str]:
    """The names of these jobs by code; unknown codes are left out."""
    if not codes:
        return {}
    return await _names("SELECT code, name FROM service_item WHERE code = ANY($1)", sorted(codes))


async def assert_known(codes: Collection[str]) -> None:
    """Check that the jobs exist, since a coupon for any other could never be used.

    Raises:
        TermsNotAccepted: some do not; the message names them.
    """
    known = await names_of(codes)
    missing = [code for code in dict.fromkeys(codes) if code not in known]
    if missing:
        raise TermsNotAccepted(f"项目目录里没有「{'」「'.join(missing)}」，请重新选择项目。")


async def _names(query: str, *values: object) -> dict[str, str]:
    return {row["code"]: row["name"] for row in await database.fetch(query, *values)}
