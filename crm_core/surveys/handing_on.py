"""Complaints a member has taken up, handed on to a colleague they are not about."""

from typing import Final

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.belongings import Belonging, BelongingKind, HandedOn, Handing, estate
from crm_core.dealerships.permissions import authorise, subject
from crm_core.surveys.models import Complaint
from crm_core.surveys.rules import ComplaintState
from foundation.reading import Query, literals

_IN_WORK: Final = frozenset({ComplaintState.ACKNOWLEDGED, ComplaintState.PLANNED, ComplaintState.RESOLVED})
_BELONGINGS: Final = Query(
    Belonging,
    f"""
    SELECT {literals(BelongingKind.COMPLAINT)} AS kind, c.id AS thing_id, '' AS role, c.store_id,
      c.customer_id, c.source AS words
    FROM complaint c WHERE c.acknowledged_by_id = $1 AND c.state IN ({literals(*_IN_WORK)}) ORDER BY c.id
    """,
)


async def of_staff(staff_id: int) -> list[Belonging]:
    """The complaints they are working on."""
    return await _BELONGINGS.all(staff_id)


async def hand_on(actor: Actor, thing: Belonging, handing: Handing) -> HandedOn:
    """The colleague goes on with it; one whom the complaint is about may not, so a person has to choose."""
    complaint = await Complaint.select_for_update().get(id=thing.thing_id)
    authorise(actor, "staff.hand_over", subject(store_id=complaint.store_id))
    if complaint.acknowledged_by_id != handing.from_id or complaint.state not in _IN_WORK:
        return HandedOn.NO_LONGER_THEIRS
    if complaint.advisor_id == handing.to_id:
        return HandedOn.FOR_A_PERSON
    complaint.acknowledged_by_id = handing.to_id
    complaint.version += 1
    await complaint.save(update_fields=["acknowledged_by_id", "version"])
    return HandedOn.DONE


estate(frozenset({BelongingKind.COMPLAINT}), of_staff, hand_on)
