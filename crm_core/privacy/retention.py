"""What is kept no longer than its purpose or the law demands (PIPL art. 19): every night, kind by kind.

Most kinds follow from what each table says beside its model (`foundation.personal`): a row whose period is over is
deleted or emptied. The others are here: people who never bought, pictures of repairs, pictures of licences, forgotten
uploads.
"""

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Final

from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor, system
from crm_core.dealerships.permissions import authorise, subject
from crm_core.privacy import pictures
from crm_core.privacy.erasing import emptying, erase
from crm_core.privacy.holds import heading_of, unfinished_of
from crm_core.privacy.models import RetentionRun
from crm_core.privacy.traces import hold, of_customer
from crm_core.repair_orders.hand_over.rules import HandOverState
from crm_core.surveys.rules import ComplaintState
from crm_core.vehicles.models import BindingState
from foundation import clock, database
from foundation.logging import logger
from foundation.personal import Deleted, Emptied, Kept, Personal, tables
from foundation.reading import literals, read_model

SYSTEM: Final = system("retention")
NEVER_BOUGHT: Final = timedelta(days=366)
"""A person without a car, an order or a payment is made anonymous a year after the last contact (house rule)."""
PICTURES: Final = timedelta(days=731)
"""Pictures of a repair: two years, longer while it is disputed (house rule)."""
LICENCES: Final = timedelta(0)
"""A picture of a licence ends with the decision it was for (PIPL art. 19)."""
MOST_A_NIGHT: Final = 5_000
"""People made anonymous in one night, so that the job ends; the others follow the next."""


@read_model
class CleanedKind:
    """A kind: how long it is kept, why, and how many there are whose time is over."""

    key: str
    title: str
    kept_days: int
    because: str
    count: int


@dataclass(frozen=True)
class _Kind:
    key: str
    title: str
    period: timedelta
    because: str
    clean: Callable[[bool], Awaitable[int]]
    """Count what is over, and unless it is a dry run remove it."""


async def run(actor: Actor | None = None, *, dry: bool = False) -> RetentionRun:
    """Go through every kind and store what was found. A kind that fails does not stop the others.

    Raises:
        NotAllowed: the actor, who may ask for a dry run, is no officer.
    """
    if actor is not None:
        authorise(actor, "privacy.work_off", subject())
        dry = True
    found = []
    for kind in [*_kinds_of_tables(), *_OWN_KINDS]:
        try:
            count = await kind.clean(dry)
        except Exception:
            logger.exception("retention_failed", kind=kind.key)
            continue
        found.append(CleanedKind(kind.key, kind.title, kind.period.days, kind.because, count))
    async with database.transaction():
        result = await RetentionRun.create(
            at=clock.now(), is_dry=dry, found=[asdict(each) for each in found], ended_at=clock.now()
        )
        removed = {each.key: each.count for each in found if each.count}
        if removed and not dry:
            await audit.note(SYSTEM, "privacy.retention", f"retention_run:{result.id}", removed=removed)
    return result


def _kinds_of_tables() -> list[_Kind]:
    return [
        _Kind(
            table, heading_of(table, personal), personal.keep.period, personal.keep.because, _cleaner(table, personal)
        )
        for table, personal in tables()
        if isinstance(personal.keep, Kept) and personal.over
    ]


def _cleaner(table: str, personal: Personal) -> Callable[[bool], Awaitable[int]]:
    assert isinstance(personal.keep, Kept)
    days = personal.keep.period.days
    is_over = f"{personal.over} < $1::timestamptz - interval '{days} days'"
    match personal.erase:
        case Deleted():
            statements = [f"DELETE FROM {table} t WHERE {is_over}"]
        case Emptied(columns):
            emptied = {**columns, **personal.later}
            statements = [emptying(table, emptied, is_over)] if emptied else []
            inner = f"SELECT t.id FROM {table} t WHERE {is_over}"
            statements += [
                emptying(part.table, {**part.emptied, **part.later}, f"t.{part.via} IN ({inner})")
                for part in personal.parts
                if part.emptied or part.later
            ]

    async def clean(dry: bool) -> int:
        total = 0
        for statement in statements:
            total += await _done(statement, dry)
        return total

    return clean


async def _done(statement: str, dry: bool) -> int:
    """How many rows the statement touches; a dry run is undone."""
    sql = statement.replace("{now}", "$1::timestamptz").replace("{today}", "($1::timestamptz)::date")
    try:
        async with database.transaction():
            touched = int((await database.execute(sql, clock.now())).rpartition(" ")[2])
            if dry:
                raise _Undone
    except _Undone:
        pass
    return touched


class _Undone(Exception):
    """A dry run ends."""


_LEADS: Final = """
SELECT c.id FROM customer c
WHERE c.erased_at IS NULL AND c.merged_into_id IS NULL AND c.visit_count = 0 AND c.created_at < $1
  AND ($3::bigint IS NULL OR c.id = $3)
  AND NOT EXISTS (SELECT FROM ownership o WHERE o.customer_id = c.id)
  AND NOT EXISTS (SELECT FROM repair_order r WHERE r.customer_id = c.id)
  AND NOT EXISTS (SELECT FROM past_order p WHERE p.customer_id = c.id)
  AND NOT EXISTS (SELECT FROM payment p WHERE p.customer_id = c.id)
  AND NOT EXISTS (SELECT FROM source_touch s WHERE s.customer_id = c.id AND s.at >= $1)
  AND NOT EXISTS (SELECT FROM follow_up f WHERE f.customer_id = c.id AND f.at >= $1)
  AND NOT EXISTS (SELECT FROM appointment a WHERE a.customer_id = c.id AND a.created_at >= $1)
  AND NOT EXISTS (SELECT FROM friendship f WHERE f.customer_id = c.id
                  AND greatest(f.since, f.last_added_at, f.last_chatted_at) >= $1)
  AND NOT EXISTS (SELECT FROM session s WHERE s.kind = 'owner' AND s.subject_id = c.id AND s.created_at >= $1)
ORDER BY c.id LIMIT $2
"""


async def _never_bought(dry: bool) -> int:
    found = await _leads(MOST_A_NIGHT)
    if dry:
        return len(found)
    return sum([await _made_anonymous(customer_id) for customer_id in found])


async def _leads(at_most: int, customer_id: int | None = None) -> list[int]:
    rows = await database.fetch(_LEADS, clock.now() - NEVER_BOUGHT, at_most, customer_id)
    return [row["id"] for row in rows]


async def _made_anonymous(customer_id: int) -> bool:
    """False for one who came back since they were found: those before them take minutes."""
    async with database.transaction():
        await hold(customer_id)
        if not await _leads(1, customer_id) or await unfinished_of(await of_customer(customer_id)):
            return False
        await erase(customer_id)
        return True


_OLD_ORDERS: Final = f"""
SELECT r.id FROM repair_order r
WHERE coalesce(r.closed_at, r.voided_at) < $1::timestamptz - interval '{PICTURES.days} days'
  AND NOT EXISTS (SELECT FROM complaint c WHERE c.repair_order_id = r.id
                  AND c.state NOT IN ({literals(ComplaintState.CLOSED, ComplaintState.VERIFIED)}))
  AND NOT EXISTS (SELECT FROM hand_over h WHERE h.repair_order_id = r.id
                  AND h.state = {literals(HandOverState.DISPUTED)})
"""


async def _repair_pictures(dry: bool) -> int:
    total = 0
    for table, columns in (
        ("repair_line", {"photos": "'[]'::jsonb"}),
        ("repair_event", {"media": "'[]'::jsonb"}),
        ("quality_check", {"photos": "'[]'::jsonb"}),
        ("pre_inspection", {"photos": "'[]'::jsonb", "damages": "'[]'::jsonb"}),
    ):
        total += await _done(emptying(table, columns, f"t.repair_order_id IN ({_OLD_ORDERS})"), dry)
    return total


async def _licences(dry: bool) -> int:
    decided = f"t.state NOT IN ({literals(BindingState.PENDING)}) AND t.requested_at < $1::timestamptz"
    return await _done(emptying("binding", {"licence_media": "''"}, decided), dry)


async def _files(dry: bool) -> int:
    return await pictures.sweep(dry=dry)


_OWN_KINDS: Final = (
    _Kind("never_bought", "从未购车或进厂的人", NEVER_BOUGHT, "a year after the last contact", _never_bought),
    _Kind("repair_pictures", "维修照片和视频", PICTURES, "two years, longer while disputed", _repair_pictures),
    _Kind("licences", "行驶证照片", LICENCES, "ends with the decision", _licences),
    _Kind("files", "没有记录再用到的图片文件", pictures.UNUSED_AFTER, "nothing shows them", _files),
)
"""Files come last: what the others let go of is swept in the same night."""
