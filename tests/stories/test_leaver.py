"""A consultant leaves on an ordinary day, and the worker is killed in the middle of the hand-over: nobody is lost."""

import asyncio
from collections import Counter
from typing import Any, Final

import pytest

from app.seed.group import HEAD_OF_GROUP
from foundation import database
from tests.stories.stage import LOOK_SECONDS, PATIENCE_SECONDS, Stage

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

LEAVER: Final = "wangfang"
KILLS: Final = 2
START: Final = "externalcontact/resigned/transfer_customer"


async def test_a_leaver_s_customers_and_friends_survive_the_death_of_the_worker(stage: Stage) -> None:
    # The leaver's customers belong to several stores, so the plan is made by somebody who may act in all of them.
    head, wang = await stage.staff(HEAD_OF_GROUP), await stage.staff(LEAVER)
    await wang.get("me")
    wang_id = await database.fetch_value("SELECT id FROM staff WHERE userid = $1", LEAVER)
    for person in (await stage.hand("GET", "people?limit=6"))["people"]:
        await stage.hand("POST", f"people/{person['person_id']}/add", {"userid": LEAVER})
    await stage.quiet()
    had = await _customers_of(wang_id)
    friends = await _friends_of(wang_id)
    assert len(had) >= 5, "she has customers to lose"
    assert len(friends) >= 3

    await stage.hand("POST", f"directory/members/{LEAVER}/delete")
    await stage.quiet()
    open_ones = "SELECT count(*) FROM session WHERE kind = 'staff' AND subject_id = $1 AND revoked_at IS NULL"
    assert await database.fetch_value(open_ones, wang_id) == 0, "signed out at once"

    plan = await head.post("successions", {"staff_id": wang_id})
    items = await _items(head, plan["id"])
    assert {item["thing_id"] for item in items if item["kind"] == "CUSTOMER"} == set(had)
    assert all(item["why"] for item in items)
    await stage.hand("POST", "faults/rules", {"path": START, "slow_seconds": 0.5, "times": 20})
    # Each thing takes a while, so that death finds some before, one during and some after.
    await database.execute(_SLOW)
    await head.post(f"successions/{plan['id']}/start", {"version": plan["version"]})
    settled = 0
    for _ in range(KILLS):
        settled = await _until_more(plan["id"], settled)
        assert settled < len(items), "killed in the middle"
        await stage.kill("worker")
    await database.execute("DROP FUNCTION slow_down CASCADE")
    await _until_done(stage, head, plan["id"])

    assert await _customers_of(wang_id) == []
    kept = await database.fetch(
        "SELECT id FROM customer c WHERE id = ANY($1) AND EXISTS (SELECT FROM staff s WHERE s.is_active "
        "AND s.id IN (c.consultant_id, c.advisor_id))",
        had,
    )
    assert {row["id"] for row in kept} == set(had), "nobody without a keeper"
    told = Counter(row["subject"] for row in await database.fetch(_HANDED_OVER))
    assert set(told.values()) == {1}, "nobody handed over twice"

    refuser = friends[0]
    await stage.hand("POST", "transfers/refuse", {"external_userid": refuser})
    await stage.pass_time(hours=25)
    await stage.pass_time(hours=1)
    page = await head.get(f"successions/{plan['id']}")
    assert (page["state"], page["friends_waiting"], page["friends_refused"]) == ("DONE", 0, 1)
    report = await _items(head, plan["id"])
    assert len(report) == len(items) == sum(count["how_many"] for count in page["counts"]), "the counts add up"
    assert Counter(item["transfer"] for item in report if item["kind"] == "FRIEND") == {
        "DONE": len(friends) - 1,
        "REFUSED": 1,
    }
    alive = await database.fetch("SELECT external_userid, staff_id FROM friendship WHERE ended_at IS NULL")
    now = {row["external_userid"] for row in alive if row["staff_id"] != wang_id}
    assert set(friends) - {refuser} <= now
    assert stage.killed == KILLS


_HANDED_OVER: Final = "SELECT customer_id AS subject FROM event WHERE name = 'customer.assigned'"
_SLOW: Final = """
    CREATE FUNCTION slow_down() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_sleep(0.05); RETURN NEW; END $$;
    CREATE TRIGGER slow_down BEFORE UPDATE ON succession_item FOR EACH ROW EXECUTE FUNCTION slow_down();
"""


async def _customers_of(staff_id: int) -> list[int]:
    rows = await database.fetch(
        "SELECT id FROM customer WHERE $1 IN (consultant_id, advisor_id) AND merged_into_id IS NULL ORDER BY id",
        staff_id,
    )
    return [row["id"] for row in rows]


async def _friends_of(staff_id: int) -> list[str]:
    rows = await database.fetch(
        "SELECT external_userid FROM friendship WHERE staff_id = $1 AND ended_at IS NULL ORDER BY id", staff_id
    )
    return [row["external_userid"] for row in rows]


async def _items(head: Any, succession_id: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while page := await head.get(f"successions/{succession_id}/items", after=found[-1]["id"] if found else 0):
        found += page
    return found


async def _until_more(succession_id: int, before: int) -> int:
    """How many things are settled, once they are more than before."""
    asked = "SELECT count(*) FROM succession_item WHERE succession_id = $1 AND state <> 'PLANNED'"
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (settled := await database.fetch_value(asked, succession_id)) <= before:
            await asyncio.sleep(LOOK_SECONDS)
    return int(settled)


async def _until_done(stage: Stage, head: Any, succession_id: int) -> None:
    """Jobs of the dead are taken over after their heartbeat, or found again by the timetable."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (await head.get(f"successions/{succession_id}"))["state"] != "DONE":
            await stage.pass_time(minutes=1)
            await asyncio.sleep(LOOK_SECONDS)
