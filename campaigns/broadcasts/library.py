"""内容库: contents that were approved are kept under a name, found, used again and retired."""

from datetime import datetime
from typing import Final

from campaigns.broadcasts.errors import LibraryEntryNotFound
from campaigns.broadcasts.models import Broadcast, BroadcastWay
from campaigns.contents.models import CampaignContent, LibraryEntry
from campaigns.contents.reading import words_of
from campaigns.mass_channels import channel_of
from campaigns.own_words import Content
from campaigns.scope import as_list, as_stores, stores_of, within
from crm_core.approvals.events import ApprovalDecided
from crm_core.approvals.rules import ApprovalKind
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.finding import pattern
from foundation import clock, database
from foundation.errors import StaleVersion
from foundation.reading import Query, read_model

PAGE: Final = 20


@read_model
class LibraryRow:
    """An entry with its words, who wrote and approved them, and how the broadcasts did that said them."""

    id: int
    name: str
    channel: str
    words: Content
    has_coupon: bool
    author: str
    approver: str
    approved_at: datetime
    used: int
    last_used_at: datetime | None
    sent: int
    opened: int
    is_retired: bool
    version: int

    @property
    def text(self) -> str:
        """The words alone, for a file."""
        return self.words.text


_ROWS: Final = Query(
    LibraryRow,
    f"""
    SELECT e.id, e.name, w.channel, {words_of("e.content_id")} AS words, e.has_coupon, u.name AS author,
      a.name AS approver, e.approved_at, b.used, b.last_used_at,
      b.sent, b.opened, e.retired_at IS NOT NULL AS is_retired, e.version
    FROM library_entry e JOIN campaign_content w ON w.id = e.content_id JOIN staff u ON u.id = w.written_by
    JOIN staff a ON a.id = e.approved_by
    LEFT JOIN LATERAL (
      SELECT count(DISTINCT c.id) AS used, max(c.started_at) AS last_used_at,
        coalesce(sum(r.sent), 0)::bigint AS sent, coalesce(sum(r.opened), 0)::bigint AS opened
      FROM campaign_content v JOIN LATERAL (
        SELECT f.id, 0 AS way, false AS is_b FROM broadcast f WHERE f.content_id = v.id
        UNION ALL SELECT f.id, 0, true FROM broadcast f WHERE f.content_b_id = v.id
        UNION ALL SELECT y.broadcast_id, y.number, false FROM broadcast_way y WHERE y.content_id = v.id
      ) s ON true
      JOIN broadcast c ON c.id = s.id
      LEFT JOIN LATERAL (
        SELECT count(p.sent_at) AS sent, count(p.opened_at) AS opened FROM broadcast_recipient p
        WHERE p.broadcast_id = s.id AND p.way = s.way AND p.is_b = s.is_b
      ) r ON true
      WHERE v.content_hash = w.content_hash AND c.started_at IS NOT NULL
        AND ($1::jsonb IS NULL OR (c.store_ids IS NOT NULL AND c.store_ids <@ $1::jsonb))
    ) b ON true
    WHERE ($1::jsonb IS NULL OR e.store_ids IS NULL OR e.store_ids <@ $1::jsonb)
      AND ($2::text IS NULL OR e.name ILIKE $2 OR w.text ILIKE $2) AND (e.retired_at IS NOT NULL) = $3
      AND ($4::text IS NULL OR w.channel = $4) AND ($5::bigint IS NULL OR e.id < $5)
      AND ($6::bigint IS NULL OR e.id = $6)
    ORDER BY e.id DESC LIMIT $7
    """,
)


async def on_approval_decided(event: ApprovalDecided) -> None:
    """Keep what an approved broadcast says by each of its ways, unless the same is kept for the same stores already."""
    is_a_broadcast = event.kind == ApprovalKind.CAMPAIGN and event.about.startswith("broadcast:")
    if not is_a_broadcast or not event.is_approved or event.decided_by is None:
        return
    broadcast = await Broadcast.get(id=int(event.about.rpartition(":")[2]))
    if broadcast.content_id is None or broadcast.content_hash != event.content_hash:
        return
    further = (
        await BroadcastWay.filter(broadcast_id=broadcast.id).order_by("number").values_list("content_id", flat=True)
    )
    for content_id in (broadcast.content_id, broadcast.content_b_id, *further):
        if content_id is not None:
            await _keep(broadcast, content_id, event.decided_by)


async def _keep(broadcast: Broadcast, content_id: int, approved_by: int) -> None:
    said = await CampaignContent.get(id=content_id)
    if channel_of(said.channel).carries.only:
        return  # Nobody chooses words where there are only these.
    alike = await CampaignContent.filter(content_hash=said.content_hash).values_list("id", flat=True)
    kept = await LibraryEntry.filter(content_id__in=alike)
    if any(each.content_id == said.id or each.store_ids == broadcast.store_ids for each in kept):
        return
    await LibraryEntry.create(
        content_id=said.id,
        name=broadcast.name,
        store_ids=broadcast.store_ids,
        has_coupon=broadcast.coupon_template_id is not None,
        approved_by=approved_by,
        approved_at=clock.now(),
    )


async def change(
    actor: Actor, library_entry_id: int, *, name: str, is_retired: bool, expected_version: int
) -> LibraryRow:
    """Name an entry, and take it out of use or into use again.

    Raises:
        LibraryEntryNotFound: there is none, or not all its stores are the actor's.
        StaleVersion.
    """
    async with database.transaction():
        entry = await LibraryEntry.select_for_update().get_or_none(id=library_entry_id)
        if entry is None or not within(as_stores(entry.store_ids), stores_of(actor, "campaigns.draft")):
            raise LibraryEntryNotFound
        if entry.version != expected_version:
            raise StaleVersion(current_version=entry.version)
        entry.name = name
        if is_retired != (entry.retired_at is not None):
            entry.retired_at, entry.retired_by = (clock.now(), actor.id) if is_retired else (None, None)
        entry.version += 1
        await entry.save()
        [row] = await _ROWS.all(_scope(actor), None, is_retired, None, None, library_entry_id, 1)
        return row


async def of_reader(
    actor: Actor,
    *,
    search: str = "",
    is_retired: bool = False,
    channel: str | None = None,
    before_id: int | None = None,
    limit: int = PAGE,
) -> list[LibraryRow]:
    """Entries of the actor's stores and of the whole group, the newest first; `search` is in the name or the words."""
    named = pattern(search) if search.strip() else None
    return await _ROWS.all(_scope(actor), named, is_retired, channel, before_id, None, limit)


def _scope(actor: Actor) -> str | None:
    stores = as_list(stores_of(actor, "campaigns.read"))
    return None if stores is None else str(stores)
