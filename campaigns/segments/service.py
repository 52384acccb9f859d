"""Saving, changing and archiving segments."""

from campaigns.scope import as_list, as_stores, stores_of, within
from campaigns.segments.definition import Tree, parse
from campaigns.segments.errors import SegmentNotFound
from campaigns.segments.models import Segment
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Staff
from foundation import clock, database
from foundation.errors import StaleVersion


async def create(actor: Actor, *, name: str, definition: Tree) -> Segment:
    """Save a definition under a name. The segment selects among the customers of the actor's stores.

    Raises:
        DefinitionNotClear: the details name the rows.
    """
    stores = stores_of(actor, "segments.edit")
    parse(definition)
    return await Segment.create(
        name=name,
        definition=definition,
        store_ids=as_list(stores),
        created_by=actor.id,
        updated_by=actor.id,
        created_at=clock.now(),
        updated_at=clock.now(),
    )


async def edit(actor: Actor, segment_id: int, *, expected_version: int, name: str, definition: Tree) -> Segment:
    """Change a segment. Broadcasts made from it before keep the old definition.

    Raises:
        StaleVersion: somebody else saved first; the details carry who, when and the current version.
        DefinitionNotClear, SegmentNotFound.
    """
    parse(definition)
    async with database.transaction():
        segment = await _locked(actor, segment_id, expected_version)
        segment.name, segment.definition = name, dict(definition)
        segment.updated_by, segment.updated_at = actor.id, clock.now()
        segment.version += 1
        await segment.save()
        return segment


async def archive(actor: Actor, segment_id: int, *, expected_version: int) -> None:
    """Remove a segment from the list; broadcasts made from it stay.

    Raises:
        StaleVersion: somebody changed it in the meantime, and may still need it.
    """
    async with database.transaction():
        segment = await _locked(actor, segment_id, expected_version)
        segment.archived_at = segment.archived_at or clock.now()
        await segment.save(update_fields=["archived_at"])


async def _locked(actor: Actor, segment_id: int, expected_version: int) -> Segment:
    segment = await Segment.select_for_update().get_or_none(id=segment_id)
    mine = stores_of(actor, "segments.edit")
    if segment is None or not within(as_stores(segment.store_ids), mine):
        raise SegmentNotFound
    if segment.version != expected_version:
        saved_by = await Staff.get(id=segment.updated_by)
        raise StaleVersion(
            f"{saved_by.name} 刚存了新版本，请先看差别。",
            current_version=segment.version,
            saved_by=saved_by.name,
            saved_at=segment.updated_at,
        )
    return segment
