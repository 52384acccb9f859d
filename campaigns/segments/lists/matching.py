"""Which customers of some stores have these phones, plates and VINs."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from campaigns.scope import Stores, as_list
from campaigns.segments.lists.rules import By, Name
from crm_core.customers.models import IdentityKind
from crm_core.vehicles.models import BindingRole
from foundation.reading import Query, literals, read_model

AT_ONCE: Final = 5_000


@read_model
class _Lead:
    """A name and a customer it leads to."""

    value: str
    customer_id: int


_MINE: Final = (
    "c.merged_into_id IS NULL AND c.restricted_at IS NULL AND ($2::bigint[] IS NULL OR c.home_store_id = ANY($2))"
)
_OWNERS: Final = (
    "FROM vehicle v JOIN ownership o ON o.vehicle_id = v.id AND o.until_on IS NULL "
    f"AND o.role = {literals(BindingRole.OWNER)} JOIN customer c ON c.id = o.customer_id"
)
_LEADS: Final = {
    By.PHONE: Query(
        _Lead,
        f"SELECT c.phone AS value, c.id AS customer_id FROM customer c WHERE c.phone = ANY($1) AND {_MINE} "
        "UNION SELECT i.value, c.id FROM identity i JOIN customer c ON c.id = i.customer_id "
        f"WHERE i.kind = {literals(IdentityKind.PHONE)} AND i.value = ANY($1) AND {_MINE}",
    ),
    By.VIN: Query(
        _Lead, f"SELECT v.vin AS value, c.id AS customer_id {_OWNERS} WHERE v.vin = ANY($1::text[]) AND {_MINE}"
    ),
    By.PLATE: Query(
        _Lead, f"SELECT v.plate AS value, c.id AS customer_id {_OWNERS} WHERE v.plate = ANY($1::text[]) AND {_MINE}"
    ),
}


async def known_among(names: Iterable[Name], stores: Stores) -> dict[Name, frozenset[int]]:
    """The customers to whom each name leads; names that lead nowhere are left out."""
    asked: dict[By, set[str]] = defaultdict(set)
    for name in names:
        asked[name.by].add(name.value)
    found: dict[Name, set[int]] = defaultdict(set)
    for by, given in asked.items():
        in_order = sorted(given)
        for first in range(0, len(in_order), AT_ONCE):
            for lead in await _LEADS[by].all(in_order[first : first + AT_ONCE], as_list(stores)):
                found[Name(by, lead.value)].add(lead.customer_id)
    return {name: frozenset(people) for name, people in found.items()}
