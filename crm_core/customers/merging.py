"""Two records turn out to be one person, and perhaps not after all.

A merge moves the rows of the record that goes to the one that stays and writes down each of them, so that it can be
undone. Which tables those are, here and in the rooms above, their models say (`foundation.personal`); a room whose rows
have a rule of their own subscribes to `CustomersMerged`.
"""

import re
from collections.abc import Sequence
from typing import Any, Final

import orjson

from crm_core.customers import people
from crm_core.customers.errors import MergeNotUndoable, SameCustomer
from crm_core.customers.events import ConsentWithdrawn, CustomersMerged, MergeUndone
from crm_core.customers.merging_rules import changes_of, tags_apart
from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise
from foundation import clock, database
from foundation.events import record
from foundation.personal import Moved, tables
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
            kept["id"],
            merged["id"],
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
            actor, "customers.merge", Ref("customer", kept["id"]), reason=reason, merged=merged["id"], merge=merge_id
        )
        await record(
            CustomersMerged(
                actor=str(actor),
                customer_id=kept["id"],
                store_id=kept["home_store_id"],
                merge_id=merge_id,
                merged_id=merged["id"],
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


async def remember(merge_id: int, place: str, what: Any) -> None:
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
        both = await database.fetch(
            "SELECT * FROM customer WHERE id IN ($1, $2) ORDER BY id FOR NO KEY UPDATE",
            row["kept_id"],
            row["merged_id"],
        )
        kept, merged = sorted(both, key=lambda customer: bool(customer["id"] == row["merged_id"]))
        for customer in (kept, merged):
            authorise(actor, "customers.merge", await people.scope(customer))
        if row["undone_at"] is not None or kept["merged_into_id"] is not None or merged["merged_into_id"] != kept["id"]:
            raise MergeNotUndoable
        moved: dict[str, Any] = orjson.loads(row["moved"])
        await _move_back(row["kept_id"], row["merged_id"], moved)
        await _give_consents_back(merge_id, row["kept_id"])
        await _part_facts(kept, merged, moved["facts"])
        await database.execute("UPDATE customer_merge SET undone_at = $2 WHERE id = $1", merge_id, clock.now())
        await audit.note(
            actor,
            "customers.undo_merge",
            Ref("customer", kept["id"]),
            reason=reason,
            merged=merged["id"],
            merge=merge_id,
        )
        await record(
            MergeUndone(
                actor=str(actor),
                customer_id=kept["id"],
                store_id=kept["home_store_id"],
                merge_id=merge_id,
                merged_id=merged["id"],
            )
        )


async def _lock_both(actor: Actor, kept_id: int, merged_id: int) -> tuple[people.Row, people.Row]:
    """Both rows, locked in the order of their ids, so that two merges of one pair cannot block each other."""
    rows = {row["id"]: row for row in await people.lock_all(kept_id, merged_id)}
    kept, merged = rows.get(await people.current_id(kept_id)), rows.get(await people.current_id(merged_id))
    for row in (kept, merged):
        if row is not None:
            authorise(actor, "customers.merge", await people.scope(row))
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


async def _move_consents(actor: Actor, merge_id: int, kept: people.Row, merged: people.Row) -> None:
    """One live consent for each purpose: of two, the kept customer's own stays.

    Refusing is personal, so it wins: a consent does not outlive a later refusal on the other record.
    """
    refused = await database.fetch(
        "UPDATE consent k SET withdrawn_at = r.at, withdrawn_how = $3 "
        f"FROM (SELECT l.id, {_REFUSED_AT.format(who='$2::bigint', line='l')} AS at FROM consent l "
        "  WHERE l.customer_id = $1 AND l.withdrawn_at IS NULL) r "
        "WHERE k.id = r.id AND r.at >= k.given_at RETURNING k.purpose",
        kept["id"],
        merged["id"],
        _refused_by(merge_id),
    )
    for row in refused:
        await record(
            ConsentWithdrawn(
                actor=str(actor), customer_id=kept["id"], store_id=kept["home_store_id"], purpose=row["purpose"]
            )
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


async def _join_facts(merge_id: int, kept: people.Row, merged: people.Row) -> None:
    """Take over what the kept record lacks and what protects them more, add the totals; remember how it was."""
    facts = _with_tags(kept)
    changes = changes_of(facts, _with_tags(merged))
    before = {name: facts[name] for name in changes}
    await _set(kept["id"], changes)
    await database.execute(
        "UPDATE customer k SET visit_count = k.visit_count + m.visit_count, spend_fen = k.spend_fen + m.spend_fen, "
        "  spend_24_months_fen = k.spend_24_months_fen + m.spend_24_months_fen, version = k.version + 1 "
        "FROM customer m WHERE k.id = $1 AND m.id = $2",
        kept["id"],
        merged["id"],
    )
    await database.execute(
        "UPDATE customer SET merged_into_id = $2, version = version + 1 WHERE id = $1", merged["id"], kept["id"]
    )
    await remember(merge_id, "facts", {"before": before, "after": changes})


async def _part_facts(kept: people.Row, merged: people.Row, facts: dict[str, Any]) -> None:
    """Give back what the merge filled in, unless somebody has changed it since."""
    now = _with_tags(kept)
    before, after = facts["before"], facts["after"]
    unchanged = {name: value for name, value in before.items() if _json(now[name]) == after[name]}
    if "tags" in before:
        unchanged["tags"] = tags_apart(now["tags"], before["tags"], after["tags"])
    for name in unchanged:
        await database.execute(
            f"UPDATE customer SET {name} = (jsonb_populate_record(NULL::customer, $2::jsonb)).{name} WHERE id = $1",
            kept["id"],
            orjson.dumps(unchanged).decode(),
        )
    await database.execute(
        "UPDATE customer k SET visit_count = k.visit_count - m.visit_count, spend_fen = k.spend_fen - m.spend_fen, "
        "  spend_24_months_fen = greatest(k.spend_24_months_fen - m.spend_24_months_fen, 0), version = k.version + 1 "
        "FROM customer m WHERE k.id = $1 AND m.id = $2",
        kept["id"],
        merged["id"],
    )
    await database.execute(
        "UPDATE customer SET merged_into_id = NULL, version = version + 1 WHERE id = $1", merged["id"]
    )


async def _move_back(kept_id: int, merged_id: int, moved: dict[str, Any]) -> None:
    for place, ids in moved.items():
        if place == "facts":
            continue
        table, column = place.split(".")
        await database.execute(
            f"UPDATE {table} SET {column} = $1 WHERE {column} = $2 AND id::text = ANY($3)", merged_id, kept_id, ids
        )


async def _set(customer_id: int, changes: dict[str, Any]) -> None:
    for name, value in changes.items():
        kept = orjson.dumps(value).decode() if name == "tags" else value
        await database.execute(f"UPDATE customer SET {name} = $2 WHERE id = $1", customer_id, kept)


def _with_tags(row: people.Row) -> people.Row:
    """The row with its tags as a list; a hand-written query gives them as JSON text."""
    return row | {"tags": orjson.loads(row["tags"])}


def _json(value: Any) -> Any:
    return orjson.loads(orjson.dumps(value))
