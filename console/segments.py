"""分群 M1: the conditions one may ask, counting, sampling, saving."""

from datetime import datetime
from typing import Any, get_args

from pydantic import Field

from campaigns.exclusions import Exclusion
from campaigns.mass_channels import USUAL, channel_of
from campaigns.segments import choices, queries, service, uses
from campaigns.segments.choices import Choices
from campaigns.segments.conditions import AnyCondition, CarCondition, Condition
from campaigns.segments.queries import Excluded, Overlap, SampleRow, SegmentRow
from campaigns.segments.ready_made import READY_MADE
from campaigns.segments.uses import SegmentUse
from console.mass_channels import ChannelName
from console.sign_in import api
from crm_core.dealerships.actors import Actor
from crm_core.vehicles.queries import series_names
from foundation.reading import derive, read_model
from foundation.web import Schema, Version


class DefinitionIn(Schema):
    """The definition of a segment, saved or not."""

    definition: dict[str, object]


class PreviewIn(DefinitionIn):
    """A definition, and the channel by which its people are to be reached; the usual one if none is named."""

    channel: ChannelName | None = None


class SampleIn(PreviewIn):
    """A definition, and whether to sample all its people or those whom the channel cannot reach for one reason."""

    exclusion: Exclusion | None = None


class SegmentIn(DefinitionIn):
    """A segment to save."""

    name: str = Field(min_length=1, max_length=30)


class SegmentUpdateIn(SegmentIn):
    """A change, with the version it was made on."""

    version: Version


class SegmentSeenQuery(Schema):
    """The version that was on the screen."""

    version: Version


@read_model
class SegmentPreview:
    """What page M1 shows beside the editor."""

    reading: str
    people: int
    cars: int
    remaining: list[int]
    channel_label: str
    reachable: int
    unreachable: int
    staff: int
    excluded: list[Excluded]
    waiting: int
    """Of the reachable, those with quiet hours of their own, at whose end they are sent to."""
    counted_at: datetime


class ReadyMadeOut(Schema):
    """A segment to begin with."""

    key: str
    name: str
    why: str
    definition: dict[str, object]


class ConditionOut(Schema):
    """A kind of condition: its field, its label, whether one car has to meet it, and the JSON schema of its values."""

    field: str
    label: str
    is_about_a_car: bool
    values: dict[str, Any]


class EditorOut(Schema):
    """What the editor needs to offer: conditions, the catalogue's series, things to name, segments to begin with."""

    conditions: list[ConditionOut]
    series: list[str]
    choices: Choices
    ready_made: list[ReadyMadeOut]


def _conditions() -> list[ConditionOut]:
    kinds: tuple[type[Condition], ...] = get_args(get_args(AnyCondition)[0])
    return [
        ConditionOut(
            field=get_args(kind.model_fields["field"].annotation)[0],
            label=kind.label,
            is_about_a_car=issubclass(kind, CarCondition),
            values={k: v for k, v in kind.model_json_schema().items() if k in ("properties", "required", "$defs")},
        )
        for kind in kinds
    ]


@api.get("/segments/editor", summary="What a segment can ask about")
async def segment_editor(actor: Actor) -> EditorOut:
    return EditorOut(
        conditions=_conditions(),
        series=await series_names(),
        choices=await choices.of_reader(actor),
        ready_made=[ReadyMadeOut.model_validate(one) for one in READY_MADE],
    )


@api.post(
    "/segments/preview", summary="Count a definition: people, cars, what remains after each row, who is reachable"
)
async def preview_segment(actor: Actor, body: PreviewIn) -> SegmentPreview:
    channel = channel_of(body.channel or USUAL)
    counted = await queries.preview(actor, body.definition, channel=channel.name)
    return derive(
        SegmentPreview,
        counted,
        channel_label=channel.label,
        reachable=counted.reach.reachable,
        unreachable=counted.people - counted.reach.reachable,
        staff=counted.reach.staff,
        excluded=queries.in_order(counted.reach.excluded, channel),
        waiting=counted.reach.waiting,
    )


@api.post("/segments/sample", summary="Twenty of its people, masked")
async def sample_segment(actor: Actor, body: SampleIn) -> list[SampleRow]:
    return await queries.sample(actor, body.definition, channel=body.channel or USUAL, exclusion=body.exclusion)


@api.post("/segments/overlap", summary="How many of its people each saved segment has too")
async def overlap_segments(actor: Actor, body: DefinitionIn) -> list[Overlap]:
    return await queries.overlap(actor, body.definition)


@api.get("/segments", summary="Saved segments, the last changed first")
async def list_segments(actor: Actor) -> list[SegmentRow]:
    return await queries.of_reader(actor)


@api.get("/segments/{segment_id}", summary="One saved segment")
async def get_segment(actor: Actor, segment_id: int) -> SegmentRow:
    return await queries.one(actor, segment_id)


@api.get("/segments/{segment_id}/uses", summary="The broadcasts that were made for it")
async def segment_uses(actor: Actor, segment_id: int) -> list[SegmentUse]:
    return await uses.of_segment(actor, segment_id)


@api.post("/segments", status=201, summary="Save a segment")
async def create_segment(actor: Actor, body: SegmentIn) -> SegmentRow:
    segment = await service.create(actor, name=body.name, definition=body.definition)
    return await get_segment(actor, segment.id)


@api.put("/segments/{segment_id}", summary="Change a segment; a stale version is refused with who saved first")
async def update_segment(actor: Actor, segment_id: int, body: SegmentUpdateIn) -> SegmentRow:
    await service.edit(actor, segment_id, expected_version=body.version, name=body.name, definition=body.definition)
    return await get_segment(actor, segment_id)


@api.delete("/segments/{segment_id}", summary="Take a segment off the list")
async def archive_segment(actor: Actor, segment_id: int, query: SegmentSeenQuery) -> None:
    await service.archive(actor, segment_id, expected_version=query.version)
