"""Reads the packages of a store, and prices jobs with them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from crm_core.dealerships.models import Store
from crm_core.pricing.job_prices import PricedItem, alone_for, price_catalogue, priced_for, store_and_car
from crm_core.pricing.package_rules import Package, made_up, shares
from crm_core.vehicles.models import Vehicle, VehicleModel
from foundation import clock
from foundation.reading import Query, read_model


@read_model
class PackageOffer:
    """A package that may be chosen: what it holds, its price, and what the jobs cost one by one; money in fen."""

    package_id: int
    name: str
    item_ids: list[int]
    item_names: list[str]
    price_fen: int
    alone_fen: int
    is_chosen: bool


@read_model
class _Row:
    id: int
    name: str
    price_fen: int
    item_ids: list[int]


_HOLDING = Query(
    _Row,
    "SELECT p.id, p.name, p.price_fen, array_agg(i.item_id ORDER BY i.id) AS item_ids "
    "FROM service_package p JOIN service_package_item i ON i.package_id = p.id AND i.is_active "
    "JOIN service_item s ON s.id = i.item_id "
    "WHERE p.is_active AND p.series IN ('', $1) AND (p.store_id IS NULL OR p.store_id = $2) "
    "  AND (p.valid_from IS NULL OR p.valid_from <= $3) AND (p.valid_until IS NULL OR $3 <= p.valid_until) "
    "GROUP BY p.id HAVING bool_and(s.is_active) ORDER BY p.id",
)


async def price_items(store: Store, vehicle: Vehicle, item_ids: Sequence[int]) -> list[PricedItem]:
    """Price those of `item_ids` that the catalogue knows, done in one visit, in the order given: jobs that make up a
    package carry their shares of its price. Unknown ids are left out.

    Items that owners may not book are included; `is_bookable` tells them apart.
    """
    return await price_items_for(store, await vehicle.model, item_ids)


async def price_items_for(store: Store, model: VehicleModel, item_ids: Sequence[int]) -> list[PricedItem]:
    """The same for any car of this model; a price depends only on the model and the store."""
    items = await alone_for(store, model, item_ids)
    return with_packages(items, await _holding(store, model, clock.today()))


def with_packages(items: Sequence[PricedItem], packages: Sequence[Package]) -> list[PricedItem]:
    """The items, those of packages that they make up at their share of its price."""
    priced = {item.item_id: item for item in items}
    for package in made_up(packages, {item.item_id: item.total_fen for item in items}):
        inside = [item for item in items if item.item_id in package.item_ids]
        cut = shares(package.price_fen, [(item.labour_fen, item.parts_fen) for item in inside])
        for item, (labour_fen, parts_fen) in zip(inside, cut, strict=True):
            priced[item.item_id] = replace(
                item, labour_fen=labour_fen, parts_fen=parts_fen, package_id=package.package_id, package=package.name
            )
    return [priced[item.item_id] for item in items]


async def offered(
    store: Store, model: VehicleModel, catalogue: Sequence[PricedItem], chosen: Sequence[PricedItem] = ()
) -> list[PackageOffer]:
    """The packages whose jobs are all in the catalogue and that save something; `chosen` are jobs priced together."""
    known: Mapping[int, PricedItem] = {item.item_id: item for item in catalogue}
    alone_fen = {item.item_id: item.total_fen for item in catalogue}
    made = {item.package_id for item in chosen}
    return [
        PackageOffer(
            package_id=package.package_id,
            name=package.name,
            item_ids=[item_id for item_id in known if item_id in package.item_ids],
            item_names=[item.name for item in catalogue if item.item_id in package.item_ids],
            price_fen=package.price_fen,
            alone_fen=package.price_fen + package.saving(alone_fen),
            is_chosen=package.package_id in made,
        )
        for package in await _holding(store, model, clock.today())
        if package.saving(alone_fen) > 0
    ]


async def catalogue_of(store_id: int, vehicle_id: int, together: Sequence[int] = ()) -> list[PricedItem] | None:
    """The whole catalogue for a car in a store that is in business, those of `together` as they cost in one visit.

    None if the store or the car is unknown.
    """
    items = await priced_for(store_id, vehicle_id, only_bookable=False)
    found = await store_and_car(store_id, vehicle_id)
    if items is None or found is None:
        return None
    chosen = {item.item_id: item for item in await price_items(*found, together)}
    return [chosen.get(item.item_id, item) for item in items]


async def bookable_for(store: Store, model: VehicleModel, together: Sequence[int] = ()) -> list[PricedItem]:
    """Everything that can be booked for a car of this model, those of `together` as they cost in one visit."""
    chosen = {item.item_id: item for item in await price_items_for(store, model, together)}
    return [chosen.get(item.item_id, item) for item in await price_catalogue(store, model)]


async def offered_to(store_id: int, vehicle_id: int) -> list[PackageOffer] | None:
    """The packages a car may have in a store that is in business; None if the store or the car is unknown."""
    items = await priced_for(store_id, vehicle_id, only_bookable=False)
    found = await store_and_car(store_id, vehicle_id)
    if items is None or found is None:
        return None
    store, vehicle = found
    return await offered(store, await vehicle.model, items)


async def _holding(store: Store, model: VehicleModel, day: date) -> list[Package]:
    rows = await _HOLDING.all(model.series, store.id, day)
    return [Package(row.id, row.name, row.price_fen, frozenset(row.item_ids)) for row in rows]
