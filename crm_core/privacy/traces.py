"""What leads to a person's rows: their records, the accounts and numbers we know them by, and their things."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from crm_core.customers import identities, people, tombstones
from crm_core.customers.models import IdentityKind
from foundation import clock, database
from foundation.personal import Personal, tables
from foundation.reading import literals
from foundation.refs import Ref

_RECORDS: Final = """
WITH RECURSIVE record AS (
  SELECT id FROM customer WHERE id = $1
  UNION SELECT c.id FROM customer c JOIN record r ON c.merged_into_id = r.id
) SELECT array_agg(id) FROM record
"""
_ACCOUNT_KINDS: Final = (IdentityKind.OPENID, IdentityKind.UNIONID, IdentityKind.EXTERNAL_USERID)
_NUMBER_KINDS: Final = (IdentityKind.PHONE, IdentityKind.LANDLINE)
_ACCOUNTS: Final = f"""
SELECT coalesce(array_agg(DISTINCT a), '{{}}') FROM (
  SELECT value AS a FROM identity WHERE customer_id = ANY($1) AND kind IN ({literals(*_ACCOUNT_KINDS)})
  UNION SELECT external_userid FROM friendship WHERE customer_id = ANY($1)
  UNION SELECT openid FROM session WHERE kind = 'owner' AND subject_id = ANY($1)
) known WHERE a <> ''
"""
_PHONES: Final = f"""
SELECT coalesce(array_agg(DISTINCT p), '{{}}') FROM (
  SELECT phone AS p FROM customer WHERE id = ANY($1)
  UNION SELECT value FROM identity WHERE customer_id = ANY($1) AND kind IN ({literals(*_NUMBER_KINDS)})
) known WHERE p IS NOT NULL
"""


@dataclass(frozen=True)
class Traces:
    """Everything that names one person. A merged record is theirs too."""

    customers: list[int]
    accounts: list[str]
    """openids, unionids and external user ids."""
    phones: list[str]
    names: list[str]
    refs: list[str]
    """`bill:12`: every thing of theirs that messages, events and approvals may be about."""
    now: datetime
    today: date


_KINDS: Final = {
    "customers": "bigint[]", "accounts": "text[]", "phones": "text[]", "names": "text[]", "refs": "text[]",
    "now": "timestamptz", "today": "date",
}  # fmt: skip


class _NamedMeanwhile(Exception):
    """Somebody gave the person another name while we waited for their row."""


async def hold(customer_id: int) -> int:
    """Lock the person with all names platforms have for them, and return the id of their record today.

    The names come first, as for whoever brings news of a person: a reading of friends either ends before, and what it
    brought is erased too, or finds the mark.
    """
    while True:
        held = await _identities(customer_id)
        with suppress(_NamedMeanwhile):
            # With the savepoint the locks are let go: another order would be a deadlock.
            async with database.savepoint():
                await identities.hold(held)
                # FOR UPDATE, as nowhere else: it waits for whoever is just writing something of theirs, so that what
                # begins now is seen to go on.
                await database.execute(
                    "SELECT FROM customer WHERE id = $1 FOR UPDATE", await people.current_id(customer_id)
                )
                person = await people.lock(customer_id)
                if not set(await _identities(person.id)) <= set(held):
                    raise _NamedMeanwhile
                return person.id


async def _identities(customer_id: int) -> list[identities.Name]:
    records = await database.fetch_value(_RECORDS, await people.current_id(customer_id))
    rows = await database.fetch(
        f"SELECT kind, value FROM identity WHERE customer_id = ANY($1) AND kind IN ({literals(*_ACCOUNT_KINDS)})",
        records,
    )
    return [(IdentityKind(row["kind"]), row["value"]) for row in rows]


async def names_of(traces: Traces) -> set[tombstones.Name]:
    """Everything by which a platform, a file or another program may name the person."""
    rows = await database.fetch("SELECT kind, value FROM identity WHERE customer_id = ANY($1)", traces.customers)
    cars = await database.fetch(
        "SELECT DISTINCT v.vin FROM ownership o JOIN vehicle v ON v.id = o.vehicle_id WHERE o.customer_id = ANY($1)",
        traces.customers,
    )
    named: set[tombstones.Name] = {(IdentityKind(row["kind"]), row["value"]) for row in rows}
    named |= {(IdentityKind.PHONE, phone) for phone in traces.phones}
    return named | {tombstones.car_name(row["vin"], name) for row in cars for name in traces.names}


async def of_customer(customer_id: int) -> Traces:
    """What leads to the rows of this person."""
    records = await database.fetch_value(_RECORDS, customer_id)
    names = await database.fetch("SELECT name, nickname FROM customer WHERE id = ANY($1)", records)
    refs: list[str] = [Ref("customer", record) for record in records]
    for table, personal in tables():
        if personal.column == "customer_id":
            found = await database.fetch(f"SELECT t.id FROM {table} t WHERE t.customer_id = ANY($1)", records)
            refs += [Ref(table, row["id"]) for row in found]
    return Traces(
        customers=records,
        accounts=await database.fetch_value(_ACCOUNTS, records),
        phones=await database.fetch_value(_PHONES, records),
        names=sorted({name for row in names for name in row.values() if name}),
        refs=refs,
        now=clock.now(),
        today=clock.today(),
    )


def rows_of(personal: Personal) -> str:
    """The condition that tells a person's rows in a table, with placeholders of `Traces`."""
    return personal.rows or f"t.{personal.column} = ANY({{customers}})"


def with_traces(sql: str, traces: Traces) -> tuple[str, list[Any]]:
    """The statement with `$n` for each placeholder, and its arguments."""
    used = [name for name in _KINDS if f"{{{name}}}" in sql]
    for number, name in enumerate(used, start=1):
        sql = sql.replace(f"{{{name}}}", f"${number}::{_KINDS[name]}")
    return sql, [getattr(traces, name) for name in used]
