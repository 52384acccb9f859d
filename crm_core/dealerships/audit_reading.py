"""The audit log for those who look after it: who did or saw what, when, and why; and whether its chain is whole."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final, TypedDict

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.audit_telling import Line, told
from crm_core.dealerships.audit_words import AuditArea, area_of, prefixes_of, word_of
from crm_core.dealerships.permissions import stores_within
from foundation import wall_clock
from foundation.errors import NotAllowed
from foundation.reading import Query, derive, read_model

PAGE: Final = 50


@read_model
class _Entry:
    """A line as it is stored, with the names of people."""

    id: int
    at: datetime
    actor: str
    who: str
    action: str
    subject: str
    reason: str
    details: dict[str, object]


@read_model
class AuditLine(_Entry):
    """A line of the log: `who` is a colleague's name, 车主 or 系统; `subject` names the thing (`customer:12`);
    `details` name colleagues, stores and what a setting held.
    """

    area: AuditArea
    word: str


@read_model
class AuditPage:
    """A page of the log, the newest first; `next_cursor` is null on the last one."""

    items: list[AuditLine]
    next_cursor: str | None


@read_model
class AuditLook:
    """A look at the chain: `broken_id` is the first line that does not follow from the one before; null if all do."""

    at: datetime
    is_whole: bool
    lines: int
    to_id: int
    broken_id: int | None


@read_model
class AuditStanding:
    """The last look at the chain, the last one from the very beginning, and how many lines there are now."""

    last: AuditLook | None
    last_whole: AuditLook | None
    last_id: int | None


_LINES: Final = Query(
    _Entry,
    """
    SELECT e.id, e.at, e.actor,
      coalesce(s.name, CASE split_part(e.actor, ':', 1)
        WHEN 'owner' THEN '车主' WHEN 'partner' THEN '外部系统' ELSE '系统' END) AS who,
      e.action, e.subject, e.reason, e.details
    FROM audit_entry e LEFT JOIN staff s ON e.actor = 'staff:' || s.id
    WHERE ($1::bigint IS NULL OR e.id < $1)
      AND ($2::text IS NULL OR e.actor = $2 OR s.name = $2)
      AND ($3::text IS NULL OR e.subject = $3)
      AND ($4::timestamptz IS NULL OR e.at >= $4) AND ($5::timestamptz IS NULL OR e.at < $5)
      AND ($6::text[] IS NULL OR e.action = ANY($6)
           OR (split_part(e.action, '.', 1) || '.' = ANY($7) AND e.action <> ALL($8)))
    ORDER BY e.id DESC LIMIT $9
    """,
)
_LOOK: Final = "at, is_whole, lines, to_id, broken_id"
_LAST_LOOK: Final = Query(AuditLook, f"SELECT {_LOOK} FROM audit_check ORDER BY id DESC LIMIT 1")
_LAST_WHOLE_LOOK: Final = Query(AuditLook, f"SELECT {_LOOK} FROM audit_check WHERE is_whole ORDER BY id DESC LIMIT 1")


@read_model
class _Last:
    """The newest line."""

    last_id: int | None


_LAST_LINE: Final = Query(_Last, "SELECT max(id) AS last_id FROM audit_entry")


async def page(
    actor: Actor,
    *,
    area: AuditArea | None = None,
    who: str = "",
    subject: str = "",
    from_on: date | None = None,
    until_on: date | None = None,
    cursor: str | None = None,
    limit: int = PAGE,
) -> AuditPage:
    """Lines of the log, the newest first. `who` is a colleague's name or `staff:3`; both days count.

    Raises:
        NotAllowed: no role of the actor reads the log of the whole group.
    """
    _may_read(actor)
    exact, beginnings, others = prefixes_of(area) if area else (None, None, None)
    rows = await _LINES.all(
        int(cursor[:18]) if cursor is not None and cursor.isdigit() else None,
        who or None,
        subject or None,
        wall_clock.at(from_on) if from_on else None,
        wall_clock.end_of_day(until_on) if until_on else None,
        exact,
        beginnings,
        others,
        limit + 1,
    )
    shown = rows[:limit]
    details = await told([Line(row.action, row.details) for row in shown])
    items = [
        derive(AuditLine, row, details=facts, area=area_of(row.action), word=word_of(row.action))
        for row, facts in zip(shown, details, strict=True)
    ]
    return AuditPage(items, str(items[-1].id) if len(rows) > limit else None)


class AuditQuestion(TypedDict, total=False):
    """What can be asked of the log."""

    area: AuditArea | None
    who: str
    subject: str
    from_on: date | None
    until_on: date | None


def read_question(question: Mapping[str, str]) -> AuditQuestion:
    """The question as the address of the page has it; what it does not understand is not asked."""
    area = question.get("area", "")
    return AuditQuestion(
        area=AuditArea(area) if area in set(AuditArea) else None,
        who=question.get("who", ""),
        subject=question.get("subject", ""),
        from_on=_day(question.get("from", "")),
        until_on=_day(question.get("until", "")),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


async def standing(actor: Actor) -> AuditStanding:
    """Whether the chain is whole, as of the last look.

    Raises:
        NotAllowed: no role of the actor reads the log of the whole group.
    """
    _may_read(actor)
    last = await _LAST_LINE.first()
    return AuditStanding(await _LAST_LOOK.first(), await _LAST_WHOLE_LOOK.first(), last.last_id if last else None)


def _may_read(actor: Actor) -> None:
    """The log is of the whole group: a line belongs to no store."""
    if stores_within(actor, "audit.read") is not None:
        raise NotAllowed(action="audit.read")
