"""What the group wants of every store this year, and what one general manager wants more of."""

from datetime import date
from typing import Final

from app.seed.group import HEAD_OF_GROUP, Group
from crm_core.dealerships.actors import staff_actor
from crm_core.dealerships.models import Role, Staff
from crm_core.dealerships.staff import staff_with_role
from crm_core.reports.definitions import Kpi
from crm_core.settings import changing
from foundation import clock

_OF_THE_GROUP: Final = {
    Kpi.BOOKED: 55,
    Kpi.NO_SHOWS: 15,
    Kpi.ON_TIME: 90,
    Kpi.BAYS: 10,  # The demo has a tenth of the cars that its bays could take.
    Kpi.EFFICIENCY: 85,
    Kpi.FIRST_TIME: 97,
    Kpi.ADDITIONAL: 60,
    Kpi.VALUE: 1_200,
    Kpi.NPS: 45,
    Kpi.COMPLAINTS: 95,
}
_VISITS_A_MONTH: Final = (140, 120, 120)
"""Of each store in business, from the largest to the smallest."""


async def make(group: Group) -> None:
    """Set them from January on; the first store's manager raised one a month ago."""
    today = clock.today()
    head = await staff_actor((await Staff.get(userid=HEAD_OF_GROUP)).id)
    january = date(today.year, 1, 1)
    for kpi, target in _OF_THE_GROUP.items():
        await changing.add(head, "kpi-targets", _values(None, kpi, january, target))
    for store, visits in zip(group.live_stores, _VISITS_A_MONTH, strict=False):
        await changing.add(head, "kpi-targets", _values(store.id, Kpi.VISITS, january, visits))
    store = group.live_stores[0]
    manager = await staff_actor(min(await staff_with_role(Role.GM, store.id)))
    await changing.add(manager, "kpi-targets", _values(store.id, Kpi.ON_TIME, today.replace(day=1), 92))


def _values(store_id: int | None, kpi: Kpi, month: date, target: int) -> dict[str, str | int | None]:
    return {"store_id": store_id, "kpi": kpi.value, "valid_from": month.isoformat(), "target": target}
