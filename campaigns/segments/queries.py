"""Counting, sampling and listing. People are counted in the database and only ever listed by twenty, masked."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from campaigns.exclusions import Exclusion
from campaigns.reachability import PERSON, reach_of, reach_sql
from campaigns.scope import Stores, as_list, meet, stores_of
from campaigns.segments.compiler import audience, narrowing
from campaigns.segments.definition import Group, parse, reading
from campaigns.segments.errors import SegmentNotFound
from campaigns.sql import asked_now
from crm_core.customers.dormancy import LAST_SEEN_SQL, DormancyPolicy, judge_dormancy
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.masks import mask_name, mask_plate
from foundation import clock, database

SAMPLE = 20
PAGE = 100
WORK_MEMORY = "64MB"
"""For the hashes of one count; PostgreSQL's usual 4 MB would write a million people to disk."""


@dataclass(frozen=True)
class Reach:
    """How many of a segment a mass message can reach, and everybody else under his first reason."""

    people: int
    reachable: int
    staff: int
    """Salespeople who would send."""
    excluded: dict[Exclusion, int]


@dataclass(frozen=True)
class Preview:
    """What M1 shows beside the editor."""

    reading: str
    people: int
    cars: int
    remaining: list[int]
    """After each row of the root, in its order."""
    reach: Reach
    counted_at: Any


@dataclass(frozen=True)
class SampleRow:
    """One person, unrecognisable to a marketer."""

    name: str
    car: str
    plate: str
    last_visit_on: date | None
    dormancy: str | None
    exclusion: Exclusion | None


async def preview(actor: Actor, tree: Any, *, within_stores: Stores = None) -> Preview:
    """Count a definition, saved or not, over the customers of the actor's stores.

    Raises:
        DefinitionNotClear: details name the rows.
    """
    definition = parse(tree)
    stores = meet(stores_of(actor, "segments.read"), within_stores)
    to = await asked_now()
    narrowed = narrowing(definition, stores, to, PERSON)
    rows = ", ".join(f"{count} AS n{number}" for number, count in enumerate(narrowed.counts))
    reached = _counted(reach_of("chosen c", to, is_kept=True))
    async with database.transaction():
        await database.execute(f"SET LOCAL work_mem = '{WORK_MEMORY}'")
        counted = await database.fetch_one(
            f"WITH {narrowed.tables} SELECT {rows}, ({_CARS}) AS cars, ({reached}) AS reach", *to.values
        )
    assert counted is not None
    reach = _read_reach(counted.pop("reach"))
    cars = counted.pop("cars")
    return Preview(
        reading=reading(definition),
        people=reach.people,
        cars=cars,
        remaining=list(counted.values()),
        reach=reach,
        counted_at=clock.now(),
    )


async def count_reach(definition: Group, stores: Stores) -> Reach:
    """Reachable people and the reasons of the others."""
    to = await asked_now()
    counted = _counted(reach_sql(audience(definition, stores, to), to))
    return _read_reach(await database.fetch_value(counted, *to.values))


_CARS = (
    "SELECT count(DISTINCT o.vehicle_id) FROM ownership o JOIN chosen ON chosen.id = o.customer_id "
    "WHERE o.until_on IS NULL"
)


def _counted(reach: str) -> str:
    """How many people and salespeople there are under each reason, as one JSON value."""
    return (
        "SELECT jsonb_agg(counted) FROM (SELECT reason, count(*) AS people, count(DISTINCT staff_id) AS staff "
        f"FROM ({reach}) q GROUP BY reason) counted"
    )


def _read_reach(counted: str | None) -> Reach:
    rows = orjson.loads(counted) if counted is not None else []
    by_reason = {row["reason"]: row for row in rows}
    reachable = by_reason.pop("", {"people": 0, "staff": 0})
    return Reach(
        people=sum(row["people"] for row in rows),
        reachable=reachable["people"],
        staff=reachable["staff"],
        excluded={reason: by_reason[reason]["people"] for reason in Exclusion if reason in by_reason},
    )


async def sample(
    actor: Actor, tree: Any, *, exclusion: Exclusion | None = None, within_stores: Stores = None
) -> list[SampleRow]:
    """Twenty of them, masked; with `exclusion`, twenty of those who cannot be reached for that reason."""
    definition = parse(tree)
    stores = meet(stores_of(actor, "segments.read"), within_stores)
    to = await asked_now()
    chosen = audience(definition, stores, to)
    only = f" WHERE reason = {to.add(exclusion.value, 'text')}" if exclusion is not None else ""
    rows = await database.fetch(
        f"SELECT c.*, {LAST_SEEN_SQL} AS last_seen_on, q.reason, car.series, car.plate "
        f"FROM (SELECT * FROM ({reach_sql(chosen, to)}) r{only} LIMIT {SAMPLE}) q "
        "JOIN customer c ON c.id = q.customer_id "
        "LEFT JOIN LATERAL (SELECT m.series, v.plate FROM ownership o JOIN vehicle v ON v.id = o.vehicle_id "
        "  JOIN vehicle_model m ON m.id = v.model_id WHERE o.customer_id = c.id AND o.until_on IS NULL "
        "  ORDER BY v.id LIMIT 1) car ON true ORDER BY c.id",
        *to.values,
    )
    return [_sample_row(row, to.dormancy) for row in rows]


def _sample_row(row: dict[str, Any], policy: DormancyPolicy) -> SampleRow:
    dormancy = None
    if row["next_service_due_on"] is not None:
        dormancy = judge_dormancy(
            last_visit_on=row["last_seen_on"],
            next_service_due_on=row["next_service_due_on"],
            today=clock.today(),
            gone_because=row["gone_reason"] or None,
            policy=policy,
        ).state.value
    return SampleRow(
        name=mask_name(row["name"]),
        car=row["series"] or "",
        plate=mask_plate(row["plate"] or ""),
        last_visit_on=row["last_visit_on"],
        dormancy=dormancy,
        exclusion=Exclusion(row["reason"]) if row["reason"] else None,
    )


async def overlap(actor: Actor, tree: Any) -> list[dict[str, Any]]:
    """How many of a definition's people each saved segment has too, the most first."""
    definition = parse(tree)
    stores = stores_of(actor, "segments.read")
    counted = []
    for saved in await list_segments(actor, limit=20):
        to = await asked_now()
        mine = audience(definition, stores, to)
        theirs = parse(saved["definition"]).where(to)
        both = await database.fetch_value(f"SELECT count(*) FROM customer c WHERE {mine} AND {theirs}", *to.values)
        counted.append({"segment_id": saved["id"], "name": saved["name"], "people": both})
    return sorted(counted, key=lambda row: -row["people"])


_ROW = (
    "SELECT g.*, u.name AS updated_by_name FROM segment g JOIN staff u ON u.id = g.updated_by "
    "WHERE g.archived_at IS NULL AND ($1::jsonb IS NULL OR (g.store_ids IS NOT NULL AND g.store_ids <@ $1::jsonb))"
)


async def list_segments(actor: Actor, *, limit: int = PAGE) -> list[dict[str, Any]]:
    """Saved segments of the actor's stores, the last changed first; each with its tree and sentence."""
    rows = await database.fetch(f"{_ROW} ORDER BY g.updated_at DESC, g.id DESC LIMIT $2", _scope(actor), limit)
    return [_read(row) for row in rows]


async def one(actor: Actor, segment_id: int) -> dict[str, Any]:
    """One saved segment.

    Raises:
        SegmentNotFound: none, or outside the actor's stores.
    """
    row = await database.fetch_one(f"{_ROW} AND g.id = $2", _scope(actor), segment_id)
    if row is None:
        raise SegmentNotFound
    return _read(row)


def _scope(actor: Actor) -> str | None:
    stores = as_list(stores_of(actor, "segments.read"))
    return None if stores is None else str(stores)


def _read(row: dict[str, Any]) -> dict[str, Any]:
    row["definition"] = _json(row["definition"])
    row["store_ids"] = _json(row["store_ids"])
    row["reading"] = reading(parse(row["definition"]))
    return row


def _json(value: Any) -> Any:
    return orjson.loads(value) if isinstance(value, str | bytes) else value
