"""Who may approve what: levels of roles for each kind of request, resolved to members of the stores.

The levels are no policy: they belong to permissions and the four-eyes principle, which a store must not change.

Any member whose roles reach all the stores that a request touches may pass a level. If nobody reaches all of them, each
store gets a level of its own.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from crm_core.approvals.rules import ApprovalKind, Level
from crm_core.dealerships.models import Role
from crm_core.dealerships.stores import live_store_ids
from foundation import database

LEVELS: Final[Mapping[ApprovalKind, tuple[frozenset[Role], ...]]] = {
    ApprovalKind.DISCOUNT: (frozenset({Role.SM}), frozenset({Role.GM})),
    ApprovalKind.LOST: (frozenset({Role.SM}),),
    ApprovalKind.INVALID_LEAD: (frozenset({Role.SM}),),
    ApprovalKind.TRANSFER: (frozenset({Role.SM, Role.GM}),),
    ApprovalKind.ORDER_CANCEL: (frozenset({Role.SM}), frozenset({Role.GM})),
    ApprovalKind.REFUND: (frozenset({Role.SVM, Role.GM}), frozenset({Role.FIN})),
    ApprovalKind.COUPON_TEMPLATE: (frozenset({Role.GM, Role.GRP}),),
    ApprovalKind.COUPON_VOID: (frozenset({Role.GM, Role.GRP}),),
    ApprovalKind.CAMPAIGN: (frozenset({Role.GM, Role.GRP}),),
    # Up to a limit the service manager decides alone; a request is needed only above it.
    ApprovalKind.GOODWILL: (frozenset({Role.GM}),),
    # What a service manager may give themselves, they may also allow an advisor to give; more is for those above.
    ApprovalKind.REPAIR_DISCOUNT: (frozenset({Role.SVM, Role.GM}),),
    ApprovalKind.HIGH_DISCOUNT: (frozenset({Role.GM}),),
    ApprovalKind.RO_VOID: (frozenset({Role.GM}),),
    ApprovalKind.EXPORT: (frozenset({Role.DPO, Role.GM}),),
    ApprovalKind.CREDIT_DELIVERY: (frozenset({Role.GM}), frozenset({Role.FIN})),
}
NEXT_MANAGERS: Final = frozenset({Role.RGN, Role.GRP})
"""The roles that are asked when a level is not answered in time."""


async def levels_for(kind: ApprovalKind, store_ids: Sequence[int] | None) -> tuple[Level, ...]:
    """The levels of a request that touches these stores; None means the whole group."""
    stores = list(store_ids) if store_ids is not None else await live_store_ids()
    levels: list[Level] = []
    for roles in LEVELS[kind]:
        together = await _holders(roles, stores)
        each = [together] if together else [await _holders(roles, [store_id]) for store_id in stores]
        levels += [Level(approver_ids=people) for people in each if people]
    return tuple(levels)


async def next_managers(store_ids: Sequence[int] | None) -> frozenset[int]:
    """Ids of the region and group managers who reach all these stores (None: all stores in business)."""
    return await _holders(NEXT_MANAGERS, list(store_ids) if store_ids is not None else await live_store_ids())


async def _holders(roles: frozenset[Role], store_ids: list[int]) -> frozenset[int]:
    """Ids of active staff who hold one of the roles in such a way that it reaches all the stores."""
    rows = await database.fetch(
        "SELECT s.id FROM staff s JOIN staff_role r ON r.staff_id = s.id "
        "LEFT JOIN store t ON (r.store_id IS NULL OR t.id = r.store_id) "
        "  AND (r.region_id IS NULL OR t.region_id = r.region_id) AND t.id = ANY($2::bigint[]) "
        "WHERE s.is_active AND r.role = ANY($1::text[]) "
        "GROUP BY s.id HAVING count(DISTINCT t.id) >= cardinality($2::bigint[])",
        [role.value for role in roles],
        store_ids,
    )
    return frozenset(row["id"] for row in rows)
