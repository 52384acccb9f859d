"""Merging two records that turn out to be one person, and undoing a merge.

A merge gives the rows of the merged record to the kept one and stores the id of each, so that it can be undone. The
models say which tables take part, here and in the rooms above (`foundation.personal`). A room whose rows need a rule of
their own subscribes to `CustomersMerged`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Final, TypedDict

import orjson

from crm_core.customers import people
from crm_core.customers.errors import MergeNotUndoable, SameCustomer
from crm_core.customers.events import ConsentWithdrawn, CustomersMerged, MergeUndone
from crm_core.customers.merging_rules import PersonFacts, joined, tags_apart
from crm_core.customers.tags import joining
from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise
from foundation import clock, database
from foundation.events import record
from foundation.json_types import Json
from foundation.personal import Moved, tables
from foundation.reading import derive
from foundation.refs import Ref

_TAG_REASONS: Final = "tag_reasons"
"""Where a merge keeps which reasons of tags it gave to the kept record."""
_TABLE: Final = re.compile(r"[a-z_]+")


async def merge(actor: Actor, kept_id: int, merged_id: int, *, reason: str) -> int:
    """Make `merged_id` part of `kept_id` and return the id of the merge.

    Raises:
        SameCustomer: both already lead to one record.
        CustomerNotFound: one of them does not exist.
        NotAllowed: the actor may not merge both records.
    """
    async with database.transaction():
        kept, merged = await _lock_both(actor, kept_id, merged_id)
        merge_id = await database.fetch_value(
            "INSERT INTO customer_merge (kept_id, merged_id, reason, moved, at, actor) "
            "VALUES ($1, $2, $3, '{}', $4, $5) RETURNING id",
            kept.id,
            merged.id,
            reason,
            clock.now(),
            str(actor),
        )
        for table, personal in tables():
            if isinstance(personal.merge, Moved):
                await move_rows(
                    merge_id,
                    table,
                    column=personal.column,
                    unique_on=personal.merge.unique_on,
                    live=personal.merge.live,
                )
        await _move_consents(actor, merge_id, kept, merged)
        await move_rows(merge_id, "session", column="subject_id", only="kind = 'owner'")
        await remember(merge_id, _TAG_REASONS, await joining.join(kept.id, merged.id))
        await _join_facts(merge_id, kept, merged)
        await audit.note(
            actor, "customers.merge", Ref("customer", kept.id), reason=reason, merged=merged.id, merge=merge_id
        )
        await record(
            CustomersMerged(
                actor=str(actor),
                customer_id=kept.id,
                store_id=kept.home_store_id,
                merge_id=merge_id,
                merged_id=merged.id,
                reason=reason,
            )
        )
        return int(merge_id)


async def move_rows(
    merge_id: int,
    table: str,
    *,
    column: str = "customer_id",
    unique_on: Sequence[str] = (),
    live: str = "",
    only: str = "true",
) -> None:
    """Give the rows of the merged customer to the kept one and store their ids for `undo_merge`.

    `unique_on` names columns that are unique for a customer: a row is not moved if the kept customer has the same
    values. With `live`, an SQL condition such as `until_on IS NULL`, this compares only rows for which it holds. `only`
    is a condition for the rows to move.

    All arguments become SQL, so they come only from our own code, never from a request.

    Raises:
        ValueError: `table` or `column` is not a plain name.
    """
    if not all(_TABLE.fullmatch(word) for word in (table, column, *unique_on)):
        raise ValueError("not a table or column of ours")
    same = " AND ".join(f"kept.{name} = t.{name}" for name in unique_on)
    if live:
        same += f" AND kept.{live} AND t.{live}"
    clash = f" AND NOT EXISTS (SELECT 1 FROM {table} kept WHERE kept.{column} = m.kept_id AND {same})" if same else ""
    moved = await database.fetch(
        f"UPDATE {table} t SET {column} = m.kept_id FROM customer_merge m "
        f"WHERE m.id = $1 AND t.{column} = m.merged_id AND {only}{clash} RETURNING t.id::text AS id",
        merge_id,
    )
    if moved:
        await remember(merge_id, f"{table}.{column}", [row["id"] for row in moved])


async def remember(merge_id: int, place: str, what: Json) -> None:
    """Store the ids of moved rows under their `table.column`, for `undo_merge`."""
    await database.execute(
        "UPDATE customer_merge SET moved = moved || jsonb_build_object($2::text, $3::jsonb) WHERE id = $1",
        merge_id,
        place,
        orjson.dumps(what).decode(),
    )


async def undo_merge(actor: Actor, merge_id: int, *, reason: str) -> None:
    """Make two customers again. Every row that was moved goes back; newer rows stay with the kept customer.

    Raises:
        MergeNotUndoable: it was undone before, or one of the two was merged again since.
    """
    async with database.transaction():
        row = await database.fetch_one("SELECT * FROM customer_merge WHERE id = $1 FOR UPDATE", merge_id)
        if row is None:
            raise MergeNotUndoable
        both = await people.lock_as_they_are(row["kept_id"], row["merged_id"])
        kept, merged = sorted(both, key=lambda person: bool(person.id == row["merged_id"]))
        for customer in (kept, merged):
            authorise(actor, "customers.merge", await people.scope(customer))
        if row["undone_at"] is not None or kept.merged_into_id is not None or merged.merged_into_id != kept.id:
            raise MergeNotUndoable
        moved = orjson.loads(row["moved"])
        facts: _Joined = moved.pop("facts")
        reasons: dict[str, list[str]] = moved.pop(_TAG_REASONS, {})  # Older merges joined none.
        await _move_back(row["kept_id"], row["merged_id"], moved)
        await _give_consents_back(merge_id, row["kept_id"])
        await _part_facts(kept, merged, facts)
        await joining.part(kept.id, merged.id, reasons)
        await database.execute("UPDATE customer_merge SET undone_at = $2 WHERE id = $1", merge_id, clock.now())
        await audit.note(
            actor,
            "customers.undo_merge",
            Ref("customer", kept.id),
            reason=reason,
            merged=merged.id,
            merge=merge_id,
        )
        await record(
            MergeUndone(
                actor=str(actor),
                customer_id=kept.id,
                store_id=kept.home_store_id,
                merge_id=merge_id,
                merged_id=merged.id,
            )
        )


async def _lock_both(actor: Actor, kept_id: int, merged_id: int) -> tuple[people.Person, people.Person]:
    """Lock both customers in the order of their ids, so that two merges of the same pair cannot deadlock.

    Raises:
        SameCustomer: both lead to one record already.
    """
    found = {person.id: person for person in await people.lock_all(kept_id, merged_id)}
    kept, merged = found.get(await people.current_id(kept_id)), found.get(await people.current_id(merged_id))
    for person in (kept, merged):
        if person is not None:
            authorise(actor, "customers.merge", await people.scope(person))
    if kept is None or merged is None or kept is merged:
        raise SameCustomer
    return kept, merged


# When customer `who` last refused the purpose of `line`: by withdrawing a consent or stopping marketing.
_REFUSED_AT: Final = """
(SELECT max(r.at) FROM (
    SELECT w.withdrawn_at AS at FROM consent w
    WHERE w.customer_id = {who} AND w.purpose = {line}.purpose AND w.withdrawn_how <> 'superseded'
    UNION ALL SELECT c.marketing_stopped_at FROM customer c
    WHERE c.id = {who} AND {line}.purpose LIKE 'MARKETING%') r)
"""


async def _move_consents(actor: Actor, merge_id: int, kept: people.Person, merged: people.Person) -> None:
    """Join the consents: of two live ones for a purpose, the kept customer's is used.

    A refusal wins: a consent ends if the other record holds a later refusal of the same purpose.
    """
    refused = await database.fetch(
        "UPDATE consent k SET withdrawn_at = r.at, withdrawn_how = $3 "
        f"FROM (SELECT l.id, {_REFUSED_AT.format(who='$2::bigint', line='l')} AS at FROM consent l "
        "  WHERE l.customer_id = $1 AND l.withdrawn_at IS NULL) r "
        "WHERE k.id = r.id AND r.at >= k.given_at RETURNING k.purpose",
        kept.id,
        merged.id,
        _refused_by(merge_id),
    )
    for row in refused:
        await record(
            ConsentWithdrawn(actor=str(actor), customer_id=kept.id, store_id=kept.home_store_id, purpose=row["purpose"])
        )
    refusal = _REFUSED_AT.format(who="m.kept_id", line="t")
    await move_rows(
        merge_id,
        "consent",
        only="(t.withdrawn_at IS NOT NULL OR (NOT EXISTS (SELECT 1 FROM consent k "
        "WHERE k.customer_id = m.kept_id AND k.purpose = t.purpose AND k.withdrawn_at IS NULL) "
        f"AND coalesce({refusal} < t.given_at, true)))",
    )


async def _give_consents_back(merge_id: int, kept_id: int) -> None:
    """Restore consents of the kept customer that the merge ended only because of the other record's refusal."""
    await database.execute(
        "UPDATE consent k SET withdrawn_at = NULL, withdrawn_how = '' "
        "WHERE k.customer_id = $1 AND k.withdrawn_how = $2 AND NOT EXISTS ("
        "  SELECT 1 FROM consent l WHERE l.customer_id = $1 AND l.purpose = k.purpose "
        "  AND (l.withdrawn_at IS NULL OR l.given_at > k.given_at))",
        kept_id,
        _refused_by(merge_id),
    )


def _refused_by(merge_id: int) -> str:
    return f"merge:{merge_id}"


class _Joined(TypedDict):
    """The columns of the kept record that a merge changed, stored so that they can be restored."""

    before: dict[str, Json]
    after: dict[str, Json]


async def _join_facts(merge_id: int, kept: people.Person, merged: people.Person) -> None:
    """Fill in what the kept record lacks, take over stricter protections, add the totals, and store the old values."""
    before = derive(PersonFacts, kept)
    after = joined(before, derive(PersonFacts, merged))
    changed = [field.name for field in fields(PersonFacts) if getattr(before, field.name) != getattr(after, field.name)]
    for name in changed:
        value = getattr(after, name)
        await database.execute(
            f"UPDATE customer SET {name} = $2 WHERE id = $1",
            kept.id,
            orjson.dumps(value).decode() if name == "tags" else value,
        )
    await database.execute(
        "UPDATE customer k SET visit_count = k.visit_count + m.visit_count, spend_fen = k.spend_fen + m.spend_fen, "
        "  spend_24_months_fen = k.spend_24_months_fen + m.spend_24_months_fen, version = k.version + 1 "
        "FROM customer m WHERE k.id = $1 AND m.id = $2",
        kept.id,
        merged.id,
    )
    await database.execute(
        "UPDATE customer SET merged_into_id = $2, version = version + 1 WHERE id = $1", merged.id, kept.id
    )
    sides = {"before": before, "after": after}
    await remember(
        merge_id, "facts", {side: {name: getattr(facts, name) for name in changed} for side, facts in sides.items()}
    )


async def _part_facts(kept: people.Person, merged: people.Person, facts: _Joined) -> None:
    """Restore the values the merge changed, unless somebody has changed them since."""
    before, after = facts["before"], facts["after"]
    unchanged = {name: value for name, value in before.items() if _json(getattr(kept, name)) == after[name]}
    if "tags" in before:
        unchanged["tags"] = tags_apart(kept.tags, _texts(before["tags"]), _texts(after["tags"]))
    for name in unchanged:
        await database.execute(
            f"UPDATE customer SET {name} = (jsonb_populate_record(NULL::customer, $2::jsonb)).{name} WHERE id = $1",
            kept.id,
            orjson.dumps(unchanged).decode(),
        )
    await database.execute(
        "UPDATE customer k SET visit_count = k.visit_count - m.visit_count, spend_fen = k.spend_fen - m.spend_fen, "
        "  spend_24_months_fen = greatest(k.spend_24_months_fen - m.spend_24_months_fen, 0), version = k.version + 1 "
        "FROM customer m WHERE k.id = $1 AND m.id = $2",
        kept.id,
        merged.id,
    )
    await database.execute("UPDATE customer SET merged_into_id = NULL, version = version + 1 WHERE id = $1", merged.id)


async def _move_back(kept_id: int, merged_id: int, moved: Mapping[str, list[str]]) -> None:
    """Give the rows in `moved` (ids by `table.column`) back to the merged customer."""
    for place, ids in moved.items():
        table, column = place.split(".")
        await database.execute(
            f"UPDATE {table} SET {column} = $1 WHERE {column} = $2 AND id::text = ANY($3)", merged_id, kept_id, ids
        )


def _json(value: object) -> Json:
    as_kept: Json = orjson.loads(orjson.dumps(value))
    return as_kept


def _texts(value: Json) -> list[str]:
    return [str(one) for one in value] if isinstance(value, list) else []
