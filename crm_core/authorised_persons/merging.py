"""What a merge of two customers does: people named by either, and authorities of either, belong to the one kept."""

from crm_core.authorised_persons.models import AuthorisedPerson
from crm_core.authorised_persons.rules import LIVE, PersonState
from crm_core.customers.events import CustomersMerged, MergeUndone
from crm_core.customers.merging import move_rows
from foundation import clock


async def move_persons(event: CustomersMerged) -> None:
    """Give the merged customer's rows to the one that is kept, in the transaction of the merge.

    If one had named the other, the authority ends, because owners need none.
    """
    both = [event.customer_id, event.merged_id]
    rows = AuthorisedPerson.select_for_update().filter(state__in=LIVE)
    for person in await rows.filter(owner_id__in=both, customer_id__in=both).order_by("id"):
        await _end(person, event.merge_id)
    of_kept = await rows.filter(customer_id=event.customer_id, state=PersonState.ACTIVE)
    cars = {person.vehicle_id for person in of_kept}
    for person in await rows.filter(customer_id=event.merged_id, vehicle_id__in=cars).order_by("id"):
        await _end(person, event.merge_id)
    alone = "NOT (t.customer_id IN (m.kept_id, m.merged_id) AND t.owner_id IN (m.kept_id, m.merged_id))"
    await move_rows(event.merge_id, "authorised_person", column="owner_id", only=f"coalesce({alone}, true)")
    await move_rows(event.merge_id, "authorised_person", only=alone)


async def part_persons(event: MergeUndone) -> None:
    """Restore what a merge ended when the merge is undone, unless something newer stands in the way."""
    ended = AuthorisedPerson.select_for_update().filter(end_reason=_reason(event.merge_id))
    for person in await ended.order_by("id"):
        live = AuthorisedPerson.filter(vehicle_id=person.vehicle_id, state__in=LIVE)
        if await live.filter(phone=person.phone).exists():
            continue
        if person.customer_id is not None and await live.filter(customer_id=person.customer_id).exists():
            continue
        person.state = PersonState.ACTIVE if person.accepted_at else PersonState.INVITED
        person.ended_at, person.end_reason = None, ""
        await person.save()


async def _end(person: AuthorisedPerson, merge_id: int) -> None:
    person.state = PersonState.ENDED
    person.ended_at = clock.now()
    person.end_reason = _reason(merge_id)
    person.version += 1
    await person.save()


def _reason(merge_id: int) -> str:
    return f"merge:{merge_id}"
