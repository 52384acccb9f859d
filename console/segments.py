"""分群 M1: the conditions one may ask, counting, sampling, saving."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, get_args

from pydantic import Field

from campaigns.exclusions import Exclusion
from campaigns.scope import stores_of
from campaigns.segments import queries, service
from campaigns.segments.conditions import AnyCondition, Condition
from campaigns.segments.ready_made import READY_MADE
from console.sign_in import api
from crm_core.dealerships.actors import Actor
from crm_core.vehicles.models import VehicleModel
from foundation.web import Schema, Version


class DefinitionIn(Schema):
    """A tree to ask, saved or not."""

    definition: dict[str, Any]


class SampleIn(DefinitionIn):
    """Which twenty: any, or those who cannot be reached for one reason."""

    exclusion: Exclusion | None = None


class SegmentIn(DefinitionIn):
    """A segment to keep."""

    name: str = Field(min_length=1, max_length=30)


class SegmentUpdateIn(SegmentIn):
    """A change, with the version it was made on."""

    version: Version


class SegmentSeenQuery(Schema):
    """The version that was on the screen."""

    version: Version


class ExcludedOut(Schema):
    """One reason and how many are counted under it."""

    reason: Exclusion
    label: str
    people: int


class SegmentPreviewOut(Schema):
    """What stands beside the editor."""

    reading: str
    people: int
    cars: int
    remaining: list[int]
    reachable: int
    unreachable: int
    staff: int
    excluded: list[ExcludedOut]
    counted_at: datetime


class SamplePersonOut(Schema):
    """One person, masked for everybody."""

    name: str
    car: str
    plate: str
    last_visit_on: date | None
    dormancy: str | None
    exclusion: Exclusion | None


class SegmentOut(Schema):
    """A saved segment."""

    id: int
    name: str
    definition: dict[str, Any]
    reading: str
    store_ids: list[int] | None
    updated_by_name: str
    updated_at: datetime
    version: int


class ReadyMadeOut(Schema):
    """A segment to begin with."""

    key: str
    name: str
    why: str
    definition: dict[str, Any]


class ConditionOut(Schema):
    """A kind of condition: its field, its label and the JSON schema of its values."""

    field: str
    label: str
    values: dict[str, Any]


class EditorOut(Schema):
    """What the editor needs to offer: conditions, the catalogue's series, segments to begin with."""

    conditions: list[ConditionOut]
    series: list[str]
    ready_made: list[ReadyMadeOut]


class OverlapOut(Schema):
    """How many people two segments share."""

    segment_id: int
    name: str
    people: int


def _conditions() -> list[ConditionOut]:
    kinds: tuple[type[Condition], ...] = get_args(get_args(AnyCondition)[0])
    return [
        ConditionOut(
            field=get_args(kind.model_fields["field"].annotation)[0],
            label=kind.label,
            values={k: v for k, v in kind.model_json_schema().items() if k in ("properties", "required", "$defs")},
        )
        for kind in kinds
    ]


@api.get("/segments/editor", summary="What a segment can ask about")
async def segment_editor(actor: Actor) -> EditorOut:
    stores_of(actor, "segments.read")
    series = await VehicleModel.all().distinct().order_by("series").values_list("series", flat=True)
    return EditorOut(
        conditions=_conditions(),
        series=[str(name) for name in series],
        ready_made=[ReadyMadeOut.model_validate(one) for one in READY_MADE],
    )


@api.post(
    "/segments/preview", summary="Count a definition: people, cars, what remains after each row, who is reachable"
)
async def preview_segment(actor: Actor, body: DefinitionIn) -> SegmentPreviewOut:
    counted = await queries.preview(actor, body.definition)
    return SegmentPreviewOut(
        reading=counted.reading,
        people=counted.people,
        cars=counted.cars,
        remaining=counted.remaining,
        reachable=counted.reach.reachable,
        unreachable=counted.people - counted.reach.reachable,
        staff=counted.reach.staff,
        excluded=excluded_out(counted.reach.excluded),
        counted_at=counted.counted_at,
    )


def excluded_out(counts: Mapping[Exclusion, int]) -> list[ExcludedOut]:
    """The reasons in their order."""
    return [ExcludedOut(reason=reason, label=reason.label, people=people) for reason, people in counts.items()]


@api.post("/segments/sample", summary="Twenty of its people, masked")
async def sample_segment(actor: Actor, body: SampleIn) -> list[SamplePersonOut]:
    rows = await queries.sample(actor, body.definition, exclusion=body.exclusion)
    return [SamplePersonOut.model_validate(row) for row in rows]


@api.post("/segments/overlap", summary="How many of its people each saved segment has too")
async def overlap_segments(actor: Actor, body: DefinitionIn) -> list[OverlapOut]:
    return [OverlapOut(**row) for row in await queries.overlap(actor, body.definition)]


@api.get("/segments", summary="Saved segments, the last changed first")
async def list_segments(actor: Actor) -> list[SegmentOut]:
    return [_out(row) for row in await queries.list_segments(actor)]


@api.get("/segments/{segment_id}", summary="One saved segment")
async def get_segment(actor: Actor, segment_id: int) -> SegmentOut:
    return _out(await queries.one(actor, segment_id))


@api.post("/segments", status=201, summary="Save a segment")
async def create_segment(actor: Actor, body: SegmentIn) -> SegmentOut:
    segment = await service.create(actor, name=body.name, definition=body.definition)
    return await get_segment(actor, segment.id)


@api.put("/segments/{segment_id}", summary="Change a segment; a stale version is refused with who saved first")
async def update_segment(actor: Actor, segment_id: int, body: SegmentUpdateIn) -> SegmentOut:
    await service.update(actor, segment_id, expected_version=body.version, name=body.name, definition=body.definition)
    return await get_segment(actor, segment_id)


@api.delete("/segments/{segment_id}", summary="Take a segment off the list")
async def archive_segment(actor: Actor, segment_id: int, query: SegmentSeenQuery) -> None:
    await service.archive(actor, segment_id, expected_version=query.version)


def _out(row: Mapping[str, Any]) -> SegmentOut:
    return SegmentOut(**{name: row[name] for name in SegmentOut.model_fields})
