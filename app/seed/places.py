"""What the first store's manager keeps under 设置: hours, holidays, closed bays, teams, shifts, leave and papers.

All of it lies beside the story's Saturday: nobody who works today is away, and no bay of today is closed.
"""

from datetime import timedelta
from typing import Final

from app.seed.group import Group
from crm_core.dealerships.actors import Actor, staff_actor
from crm_core.dealerships.models import Bay, BayKind, Role, Staff
from crm_core.settings import changing
from crm_core.settings.declaring import REGISTRY
from crm_core.settings.kinds import Kept
from foundation import clock

_SUNDAY: Final = "6"
_EVERY_DAY: Final[list[str]] = [str(n) for n in range(7)]
_OPENS, _CLOSES, _LAST = 8 * 60 + 30, 18 * 60, 16 * 60 + 30
_SPRING_FESTIVAL: Final = "2027-02-06"
"""大年初一."""
_HOUR_FEN: Final = 260_00


async def make(group: Group) -> None:
    """Make each row through the verb of its page, so that it has its history."""
    store = group.live_stores[0]
    manager = await staff_actor(group.staff[store.id, Role.GM][0])
    today = clock.today()

    def on(days: int) -> str:
        return (today + timedelta(days=days)).isoformat()

    technicians = group.staff[store.id, Role.TEC]
    bay = await Bay.filter(store_id=store.id, kind=BayKind.BODY).order_by("-id").first()
    assert bay is not None
    team = await changing.add(
        manager, "teams", {"store_id": store.id, "name": "机电一组", "leader_id": technicians[-1]}
    )
    rows: tuple[tuple[str, dict[str, Kept]], ...] = (
        ("store-weekdays", {"store_id": store.id, "weekday": _SUNDAY, "is_open": True, "opens_minute": _OPENS + 30,
                            "last_slot_minute": _LAST, "closes_minute": _CLOSES - 30}),
        ("store-exceptions", {"store_id": store.id, "day": _SPRING_FESTIVAL, "reason": "春节，全店休息"}),
        ("store-exceptions", {"store_id": store.id, "day": on(40), "opens_minute": _OPENS + 210,
                              "closes_minute": _CLOSES, "reason": "上午盘点"}),
        ("bay-closures", {"bay_id": bay.id, "first_on": on(9), "last_on": on(11), "reason": "烤漆房检修"}),
        ("labour-rates", {"store_id": store.id, "kind": "BODY", "hour_fen": _HOUR_FEN, "valid_from": on(41)}),
        ("shifts", {"staff_id": technicians[-1], "weekdays": _EVERY_DAY, "starts_minute": _OPENS,
                    "ends_minute": _CLOSES}),
        ("absences", {"staff_id": technicians[-2], "kind": "LEAVE", "first_on": on(9), "last_on": on(13)}),
        ("absences", {"staff_id": technicians[-3], "kind": "TRAINING", "first_on": on(16), "last_on": on(17)}),
        ("certificates", {"staff_id": technicians[-1], "name": "低压电工证", "skill": "", "number": "T4403…0817",
                          "valid_until": on(260)}),
        ("certificates", {"staff_id": technicians[-4], "name": "机动车维修技术员", "skill": "", "number": "",
                          "valid_until": on(33)}),
    )  # fmt: skip
    for setting_list, values in rows:
        await changing.add(manager, setting_list, values)
    await _into_team(manager, team, technicians[-3:])


async def _into_team(manager: Actor, team_id: int, staff_ids: list[int]) -> None:
    for staff_id in staff_ids:
        one = await Staff.get(id=staff_id)
        standing = await changing.standing_of(REGISTRY["skills"], staff_id)
        await changing.change(
            manager,
            "skills",
            staff_id,
            {"skills": list(one.skills), "team_id": team_id},
            expected_version=standing.version,
        )
