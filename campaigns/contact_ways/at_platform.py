"""What is known of a code or link once WeCom has answered; meanwhile somebody may have changed or ended it."""

from typing import Final

from campaigns.contact_ways.models import ContactWay
from campaigns.contact_ways.rules import ContactWayState
from crm_core.dealerships.models import Staff
from foundation import database
from foundation.errors import PlatformError
from foundation.reading import literals

_AS_READ: Final = "version = ${} AND on_duty = to_jsonb(${}::bigint[])"
"""SQL: nobody changed it, and no shift began, since it was read."""


async def userids_of(way: ContactWay) -> list[str]:
    """Whom it is to lead to now, as WeCom calls them."""
    # One planned by the release before has nobody on duty yet.
    found = {staff.id: staff.userid for staff in await Staff.filter(id__in=way.on_duty or [way.staff_id])}
    return [found[staff_id] for staff_id in way.on_duty or [way.staff_id]]


async def made(way: ContactWay, config_id: str, url: str) -> None:
    """WeCom has made it, as it was when it was read."""
    # Who changed it meanwhile has yet to be heard by WeCom, which made it as it was before. Whoever ended it meanwhile
    # may have found nothing to delete.
    await database.execute(
        f"UPDATE contact_way SET config_id = $2, qr_url = $3, state = CASE "
        f"  WHEN state IN ({literals(ContactWayState.ENDING, ContactWayState.ENDED)}) "
        f"  THEN {literals(ContactWayState.ENDING)} "
        f"  WHEN {_AS_READ.format(4, 5)} THEN {literals(ContactWayState.READY)} "
        f"  ELSE {literals(ContactWayState.MOVING)} END "
        "WHERE id = $1 AND config_id = ''",
        way.id,
        config_id,
        url,
        way.version,
        way.on_duty,
    )


async def refused(way: ContactWay, error: PlatformError) -> None:
    """WeCom does not make it; somebody has to look at it."""
    await ContactWay.filter(id=way.id, state=ContactWayState.PENDING).update(
        state=ContactWayState.FAILED, reason=f"企业微信没有接受（{error.errcode}）", asked_at=None
    )


async def changed(way: ContactWay) -> None:
    """WeCom knows it as it was when it was read; what was changed meanwhile is told by the next try."""
    await database.execute(
        f"UPDATE contact_way SET state = {literals(ContactWayState.READY)} "
        f"WHERE id = $1 AND state = {literals(ContactWayState.MOVING)} AND {_AS_READ.format(2, 3)}",
        way.id,
        way.version,
        way.on_duty,
    )


async def deleted(way: ContactWay) -> None:
    """WeCom has it no more; unless it turned out meanwhile that it had made one."""
    await ContactWay.filter(id=way.id, state=ContactWayState.ENDING, config_id=way.config_id).update(
        state=ContactWayState.ENDED
    )
