"""Counting, sampling and listing segments. People are counted in the database; at most twenty are listed, masked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import orjson

from campaigns.exclusions import Exclusion, windows_text
from campaigns.mass_channels import USUAL, MassChannel, channel_of
from campaigns.reachability import PERSON, reach_by_ways, reach_of, reach_sql
from campaigns.scope import Stores, as_list, meet, stores_of
from campaigns.segments import choices
from campaigns.segments.compiler import audience, narrowing
from campaigns.segments.definition import Group, Tree, parse, reading
from campaigns.segments.errors import SegmentNotFound
from campaigns.sql import Parameters, asked_now
from crm_core.customers.dormancy import LAST_SEEN_SQL, Dormancy, DormancyPolicy
from crm_core.customers.queries import dormancy_of
from crm_core.customers.quiet_hours.reading import sometimes_quiet_sql
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.masks import mask_name, mask_plate
from foundation import clock, database
from foundation.reading import Query, derive, fetch_as, read_model

SAMPLE = 20
PAGE = 100
WORK_MEMORY = "64MB"
"""Memory for the hashes of one count; with PostgreSQL's default of 4 MB a million people would be written to disk."""


@dataclass(frozen=True)
class Reach:
    """How many people of a segment a mass message can reach, and how many are excluded for which first reason."""

    people: int
    reachable: int
    staff: int
    """How many salespeople would send."""
    excluded: dict[Exclusion, int]
    waiting: int
    """How many of the reachable have quiet hours within the hours for messages: at these they are sent nothing."""


@dataclass(frozen=True)
class Preview:
    """What page M1 shows beside the editor."""

    reading: str
    people: int
    cars: int
    remaining: list[int]
    """How many people remain after each row of the root group."""
    reach: Reach
    counted_at: datetime


@read_model
class Excluded:
    """One reason and how many people are counted under it."""

    reason: Exclusion
    label: str
    people: int


@read_model
class SampleRow:
    """One person; name and phone are masked for all readers."""

    name: str
    car: str
    plate: str
    last_visit_on: date | None
    dormancy: Dormancy | None
    exclusion: Exclusion | None


async def preview(actor: Actor, tree: Tree, *, channel: str = USUAL, within_stores: Stores = None) -> Preview:
    """Count the people of a definition, saved or not, among the customers of the actor's stores, and whom of them the
    channel reaches.

    Raises:
        DefinitionNotClear: the details name the rows.
    """
    definition = parse(tree)
    stores = meet(stores_of(actor, "segments.read"), within_stores)
    to = await asked_now()
    narrowed = narrowing(definition, stores, to, PERSON)
    rows = ", ".join(f"{count} AS n{number}" for number, count in enumerate(narrowed.counts))
    reached = _counted(reach_of("chosen c", to, is_kept=True, channel=channel_of(channel)), to)
    async with database.transaction():
        await database.execute(f"SET LOCAL work_mem = '{WORK_MEMORY}'")
        counted = await database.fetch_one(
            f"WITH {narrowed.tables} SELECT {rows}, ({_CARS}) AS cars, ({reached}) AS reach", *to.values
        )
    assert counted is not None
    reach = _read_reach(counted.pop("reach"))
    cars = counted.pop("cars")
    return Preview(
        reading=reading(definition, await choices.names_for(actor, [definition])),
        people=reach.people,
        cars=cars,
        remaining=list(counted.values()),
        reach=reach,
        counted_at=clock.now(),
    )


async def count_reach(definition: Group, stores: Stores, channels: Sequence[MassChannel]) -> Reach:
    """Count the people whom the first of the channels that reaches them reaches, and the reasons of the others."""
    to = await asked_now()
    counted = _counted(reach_by_ways(audience(definition, stores, to), to, channels), to)
    return _read_reach(await database.fetch_value(counted, *to.values))


_CARS = (
    "SELECT count(DISTINCT o.vehicle_id) FROM ownership o JOIN chosen ON chosen.id = o.customer_id "
    "WHERE o.until_on IS NULL"
)


def _counted(reach: str, to: Parameters) -> str:
    """SQL that counts people and salespeople under each reason, as one JSON value."""
    quiet = sometimes_quiet_sql(f"{to.add(windows_text(to.contact), 'text')}::int4multirange")
    return (
        "SELECT jsonb_agg(counted) FROM (SELECT reason, count(*) AS people, count(DISTINCT staff_id) AS staff, "
        f"count(*) FILTER (WHERE reason = '' AND customer_id IN ({quiet})) AS waiting "
        f"FROM ({reach}) q GROUP BY reason) counted"
    )


def _read_reach(counted: str | None) -> Reach:
    rows = orjson.loads(counted) if counted is not None else []
    by_reason = {row["reason"]: row for row in rows}
    reachable = by_reason.pop("", {"people": 0, "staff": 0, "waiting": 0})
    return Reach(
        people=sum(row["people"] for row in rows),
        reachable=reachable["people"],
        staff=reachable["staff"],
        excluded={reason: by_reason[reason]["people"] for reason in Exclusion if reason in by_reason},
        waiting=reachable["waiting"],
    )


async def sample(
    actor: Actor,
    tree: Tree,
    *,
    channel: str = USUAL,
    exclusion: Exclusion | None = None,
    within_stores: Stores = None,
) -> list[SampleRow]:
    """Twenty people of a definition, masked; with `exclusion`, twenty whom the channel cannot reach for that
    reason.
    """
    definition = parse(tree)
    stores = meet(stores_of(actor, "segments.read"), within_stores)
    to = await asked_now()
    chosen = audience(definition, stores, to)
    only = f" WHERE reason = {to.add(exclusion.value, 'text')}" if exclusion is not None else ""
    people = await fetch_as(
        _Sampled,
        "SELECT c.name, c.last_visit_on, c.next_service_due_on, c.gone_reason, "
        f"  {LAST_SEEN_SQL} AS last_seen_on, q.reason, "
        "  coalesce(car.series, '') AS car, coalesce(car.plate, '') AS plate "
        f"FROM (SELECT * FROM ({reach_sql(chosen, to, channel=channel_of(channel))}) r{only} LIMIT {SAMPLE}) q "
        "JOIN customer c ON c.id = q.customer_id "
        "LEFT JOIN LATERAL (SELECT m.series, v.plate FROM ownership o JOIN vehicle v ON v.id = o.vehicle_id "
        "  JOIN vehicle_model m ON m.id = v.model_id WHERE o.customer_id = c.id AND o.until_on IS NULL "
        "  ORDER BY v.id LIMIT 1) car ON true ORDER BY c.id",
        *to.values,
    )
    return [_masked(person, to.dormancy) for person in people]


@read_model
class _Sampled:
    """One person, unmasked, with the columns from which their dormancy follows."""

    name: str
    car: str
    plate: str
    reason: str
    last_visit_on: date | None
    last_seen_on: date
    next_service_due_on: date | None
    gone_reason: str


def _masked(person: _Sampled, policy: DormancyPolicy) -> SampleRow:
    verdict = dormancy_of(person, policy)
    return derive(
        SampleRow,
        person,
        name=mask_name(person.name),
        plate=mask_plate(person.plate),
        dormancy=verdict.state if verdict else None,
        exclusion=Exclusion(person.reason) if person.reason else None,
    )


@read_model
class Overlap:
    """How many people two segments share."""

    segment_id: int
    name: str
    people: int


@read_model
class _Segment:
    """A saved segment."""

    id: int
    name: str
    definition: dict[str, object]
    store_ids: list[int] | None
    updated_by_name: str
    updated_at: datetime
    version: int


@read_model
class SegmentRow(_Segment):
    """A saved segment with its sentence."""

    reading: str


_SEGMENT = (
    "SELECT g.id, g.name, g.definition, g.store_ids, u.name AS updated_by_name, g.updated_at, g.version "
    "FROM segment g JOIN staff u ON u.id = g.updated_by "
    "WHERE g.archived_at IS NULL AND ($1::jsonb IS NULL OR (g.store_ids IS NOT NULL AND g.store_ids <@ $1::jsonb))"
)
_SEGMENTS = Query(_Segment, f"{_SEGMENT} ORDER BY g.updated_at DESC, g.id DESC LIMIT $2")
_ONE_SEGMENT = Query(_Segment, f"{_SEGMENT} AND g.id = $2")


async def overlap(actor: Actor, tree: Tree) -> list[Overlap]:
    """For each saved segment, how many people of a definition it contains; the largest overlap first."""
    definition = parse(tree)
    stores = stores_of(actor, "segments.read")
    counted = []
    for saved in await of_reader(actor, limit=20):
        to = await asked_now()
        mine = audience(definition, stores, to)
        theirs = parse(saved.definition).where(to)
        both = await database.fetch_value(f"SELECT count(*) FROM customer c WHERE {mine} AND {theirs}", *to.values)
        counted.append(Overlap(saved.id, saved.name, both))
    return sorted(counted, key=lambda one: -one.people)


async def of_reader(actor: Actor, *, limit: int = PAGE) -> list[SegmentRow]:
    """Saved segments of the actor's stores, the last changed first; each with its tree and sentence."""
    return await _with_sentences(actor, await _SEGMENTS.all(_scope(actor), limit))


async def one(actor: Actor, segment_id: int) -> SegmentRow:
    """One saved segment.

    Raises:
        SegmentNotFound: there is none, or it is outside the actor's stores.
    """
    segment = await _ONE_SEGMENT.first(_scope(actor), segment_id)
    if segment is None:
        raise SegmentNotFound
    return (await _with_sentences(actor, [segment]))[0]


def in_order(counts: Mapping[Exclusion, int], channel: MassChannel) -> list[Excluded]:
    """The reasons with the channel's words and their counts, in the order given."""
    return [Excluded(reason, reason.label(channel), people) for reason, people in counts.items()]


def _scope(actor: Actor) -> str | None:
    stores = as_list(stores_of(actor, "segments.read"))
    return None if stores is None else str(stores)


async def _with_sentences(actor: Actor, segments: Sequence[_Segment]) -> list[SegmentRow]:
    trees = [parse(segment.definition) for segment in segments]
    names = await choices.names_for(actor, trees)
    return [
        derive(SegmentRow, segment, reading=reading(tree, names)) for segment, tree in zip(segments, trees, strict=True)
    ]
