"""Two records turn out to be one person, and perhaps not after all.

A merge moves the rows of the record that goes to the one that stays and writes down each of them, so that it can be
undone. Which tables those are, here and in the rooms above, their models say (`foundation.personal`); a room whose rows
have a rule of their own subscribes to `CustomersMerged`.
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
from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise
from foundation import clock, database
from foundation.events import record
from foundation.json_types import Json
from foundation.personal import Moved, tables
from foundation.reading import derive
from foundation.refs import Ref

_TABLE: Final = re.compile(r"[a-z_]+")


async def merge(actor: Actor, kept_id: int, merged_id: int, *, reason: str) -> int:
    """Make `merged_id` part of `kept_id` and return the id of the merge.

    Raises:
        SameCustomer: both already lead to one record.
        CustomerNotFound, NotAllowed: as `authorise`, for both records.
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
    """Give the rows of the merged customer to the kept one and write their ids down for `undo_merge`.

    `unique_on` names columns that may stand only once for a customer: what the kept one already has, stays
    behind. With `live`, a condition such as `until_on IS NULL`, only rows that are live stand in each other's way.
    `table`, `column`, `unique_on`, `live` and `only` are words of our own code, never of a person.
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


async def remember(merge_id: int, place: str, what: object) -> None:
    """Write down the ids of rows that moved under their `table.column`; `undo_merge` gives them back."""
    await database.execute(
        "UPDATE customer_merge SET moved = moved || jsonb_build_object($2::text, $3::jsonb) WHERE id = $1",
        merge_id,
        place,
        orjson.dumps(what).decode(),
    )


async def undo_merge(actor: Actor, merge_id: int, *, reason: str) -> None:
    """Make two customers of one again; every row that moved goes back, what was new since stays with the kept one.

    Raises:
        MergeNotUndoable: undone before, or one of the two was merged again since.
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
        await _move_back(row["kept_id"], row["merged_id"], moved)
        await _give_consents_back(merge_id, row["kept_id"])
        await _part_facts(kept, merged, facts)
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
    """Both rows, locked in the order of their ids, so that two merges of one pair cannot block each other."""
    found = {person.id: person for person in await people.lock_all(kept_id, merged_id)}
    kept, merged = found.get(await people.current_id(kept_id)), found.get(await people.current_id(merged_id))
    for person in (kept, merged):
        if person is not None:
            authorise(actor, "customers.merge", await people.scope(person))
    if kept is None or merged is None or kept is merged:
        raise SameCustomer
    return kept, merged


# When `who` last refused the purpose of `line`: they took a consent back or stopped marketing.
_REFUSED_AT: Final = """
(SELECT max(r.at) FROM (
    SELECT w.withdrawn_at AS at FROM consent w
    WHERE w.customer_id = {who} AND w.purpose = {line}.purpose AND w.withdrawn_how <> 'superseded'
    UNION ALL SELECT c.marketing_stopped_at FROM customer c
    WHERE c.id = {who} AND {line}.purpose LIKE 'MARKETING%') r)
"""


async def _move_consents(actor: Actor, merge_id: int, kept: people.Person, merged: people.Person) -> None:
    """One live consent for each purpose: of two, the kept customer's own stays.

    Refusing is personal, so it wins: a consent does not outlive a later refusal on the other record.
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
    """What the kept customer allowed and only the other one had refused."""
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
    """What a merge changed of the kept record, as it is kept for the undoing: column to value."""

    before: dict[str, Json]
    after: dict[str, Json]


async def _join_facts(merge_id: int, kept: people.Person, merged: people.Person) -> None:
    """Take over what the kept record lacks and what protects them more, add the totals; remember how it was."""
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
    """Give back what the merge filled in, unless somebody has changed it since."""
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
    """`moved` has the ids of rows under their `table.column`."""
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
