"""A definition and a scope as the WHERE of one statement about customers `c`."""

from campaigns.scope import Stores
from campaigns.segments.definition import Group
from campaigns.segments.sql import Parameters


def everybody_in(stores: Stores, to: Parameters) -> str:
    """The customers who may be asked about at all; merged records stand for nobody."""
    alive = "c.merged_into_id IS NULL"
    if stores is None:
        return alive
    return f"{alive} AND c.home_store_id = ANY({to.add(sorted(stores), 'bigint[]')})"


def audience(definition: Group, stores: Stores, to: Parameters) -> str:
    """The customers of the segment."""
    return f"{everybody_in(stores, to)} AND {definition.where(to)}"


def remaining_sql(definition: Group, stores: Stores, to: Parameters) -> str:
    """One row of `n1, n2, …`: how many remain after each row of the root; under 任一满足, how many fit each row."""
    base = everybody_in(stores, to)
    tests = [_alone(definition, number).where(to) for number in range(len(definition.items))]
    flags = ", ".join(f"({test}) IS TRUE AS f{number}" for number, test in enumerate(tests))
    counts = []
    for number in range(len(tests)):
        asked = [number] if definition.match == "any" else range(number + 1)
        condition = " AND ".join(f"f{one}" for one in asked)
        counts.append(f"count(*) FILTER (WHERE {condition}) AS n{number}")
    return f"SELECT {', '.join(counts)} FROM (SELECT {flags} FROM customer c WHERE {base}) q"


def _alone(definition: Group, number: int) -> Group:
    return Group(match=definition.match, items=(definition.items[number],))
