"""A definition and a scope as SQL about customers `c`: one WHERE, or one statement that narrows row by row."""

import re
from dataclasses import dataclass

from campaigns.scope import Stores
from campaigns.segments.definition import Group
from campaigns.sql import Parameters

_COLUMN = re.compile(r"\bc\.(\w+)")


def everybody_in(stores: Stores, to: Parameters) -> str:
    """SQL condition for the customers in these stores, without records that were merged into another."""
    alive = "c.merged_into_id IS NULL AND c.restricted_at IS NULL"
    if stores is None:
        return alive
    return f"{alive} AND c.home_store_id = ANY({to.add(sorted(stores), 'bigint[]')})"


def audience(definition: Group, stores: Stores, to: Parameters) -> str:
    """SQL condition for the customers of the segment."""
    return f"{everybody_in(stores, to)} AND {definition.where(to)}"


@dataclass(frozen=True)
class Narrowing:
    """The WITH clause of a statement, which ends with `chosen` (the people of the segment), and the SQL that counts how
    many remain after each row of the root group.
    """

    tables: str
    counts: list[str]


def narrowing(definition: Group, stores: Stores, to: Parameters, columns: str) -> Narrowing:
    """Evaluate each row only for the people whom the rows before left; under 任一满足 each row once for everybody.

    Columns that later rows need are carried along, so that nobody is looked up twice; `columns` are those wanted of the
    people in the end.
    """
    base = everybody_in(stores, to)
    tests = definition.row_tests(to)
    if definition.match == "any":
        return _side_by_side(base, tests, columns)
    tables, source = [], f"customer c WHERE {base} AND"
    for number, test in enumerate(tests[:-1]):
        needed = {"id"}.union(*(_COLUMN.findall(later) for later in tests[number + 1 : -1]))
        carried = ", ".join(f"c.{name}" for name in sorted(needed))
        tables.append(f"row{number} AS MATERIALIZED (SELECT {carried} FROM {source} {test})")
        source = f"row{number} c WHERE"
    if len(tests) > 1:
        source = f"customer c JOIN row{len(tests) - 2} r ON r.id = c.id WHERE"
    tables.append(f"chosen AS MATERIALIZED (SELECT {columns} FROM {source} {tests[-1]})")
    counted = [*(f"row{number}" for number in range(len(tests) - 1)), "chosen"]
    return Narrowing(", ".join(tables), [f"(SELECT count(*) FROM {table})" for table in counted])


def _side_by_side(base: str, tests: list[str], columns: str) -> Narrowing:
    flags = ", ".join(f"({test}) IS TRUE AS f{number}" for number, test in enumerate(tests))
    fits = " OR ".join(f"f{number}" for number in range(len(tests)))
    return Narrowing(
        f"fitting AS MATERIALIZED (SELECT c.id, {flags} FROM customer c WHERE {base}), "
        f"chosen AS MATERIALIZED (SELECT {columns} FROM customer c JOIN fitting r ON r.id = c.id WHERE {fits})",
        [f"(SELECT count(*) FROM fitting WHERE f{number})" for number in range(len(tests))],
    )
