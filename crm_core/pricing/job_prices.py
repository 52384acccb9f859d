"""What a job costs on a car in a store: quota hours × the store's rate, plus parts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from crm_core.dealerships.models import BayKind, Store
from crm_core.pricing.models import ItemPrice, LabourKind, LabourRate, ServiceItem
from crm_core.pricing.work_kinds import WorkKind
from crm_core.vehicles.models import Powertrain, Vehicle, VehicleModel
from foundation import clock, database
from foundation.money import round_half_up


@dataclass(frozen=True)
class PricedItem:
    """A job with its planned minutes and its price; money in fen."""

    item_id: int
    code: str
    name: str
    minutes: int
    bay_kind: BayKind
    labour_centihours: int
    labour_fen: int
    parts_fen: int
    part_number: str
    is_maintenance: bool
    needs_road_test: bool
    work_kind: WorkKind = WorkKind.SMALL
    is_bookable: bool = True
    package_id: int | None = None
    """The package it is part of; then labour and parts are its share of the package's price."""
    package: str = ""

    @property
    def total_fen(self) -> int:
        """Labour and parts."""
        return self.labour_fen + self.parts_fen


async def alone(store: Store, vehicle: Vehicle, item_ids: Sequence[int]) -> list[PricedItem]:
    """Price each of `item_ids` that the catalogue knows by itself, in the order given; unknown ids are left out.

    Items that owners may not book are included; `is_bookable` tells them apart.
    """
    return await alone_for(store, await vehicle.model, item_ids)


async def alone_for(store: Store, model: VehicleModel, item_ids: Sequence[int]) -> list[PricedItem]:
    """The same for any car of this model; a price depends only on the model and the store."""
    items = {item.id: item for item in await ServiceItem.filter(id__in=list(item_ids))}
    by_item = await _prices(store, model, list(items))
    rates = await _rates(store)
    priced: list[PricedItem] = []
    for item_id in dict.fromkeys(item_ids):
        item, price = items.get(item_id), by_item.get(item_id)
        if item is not None and price is not None:
            priced.append(_priced(item, price, rates[_charged_as(model, item.bay_kind)]))
    return priced


async def labour_fen(store: Store, model: VehicleModel, bay_kind: BayKind, centihours: int) -> int:
    """The price of labour in fen: quota hours (in hundredths) at the store's rate of today for this bay and car."""
    return _labour_fen(centihours, (await _rates(store))[_charged_as(model, bay_kind)])


def _charged_as(model: VehicleModel, bay_kind: BayKind) -> LabourKind:
    if bay_kind is BayKind.BODY:
        return LabourKind.BODY
    return LabourKind.EV if model.powertrain is Powertrain.BEV else LabourKind.MECHANICAL


def _labour_fen(centihours: int, rate_fen: int) -> int:
    return round_half_up(Decimal(centihours * rate_fen) / 100)


async def _rates(store: Store) -> dict[LabourKind, int]:
    """The price of a labour hour today, in fen: the one that began last, else what stands on the store itself."""
    began = LabourRate.filter(store_id=store.id, is_active=True, valid_from__lte=clock.today()).order_by("valid_from")
    return {
        LabourKind.MECHANICAL: store.labour_rate_fen,
        LabourKind.BODY: store.body_rate_fen,
        LabourKind.EV: store.ev_rate_fen,
        **{rate.kind: rate.hour_fen for rate in await began},
    }


async def _prices(store: Store, model: VehicleModel, item_ids: Sequence[int]) -> dict[int, ItemPrice]:
    """The price of each item that holds today: one for the car's series before one for all, then the store's own before
    the group's, then the one that began last.
    """
    today = clock.today()
    prices = [
        price
        for price in await ItemPrice.filter(item_id__in=item_ids, series__in=[model.series, ""], is_active=True)
        if price.store_id in (None, store.id)
        and (price.valid_from is None or price.valid_from <= today)
        and (price.valid_until is None or today <= price.valid_until)
    ]
    # Sorted so that the more particular price replaces the others.
    prices.sort(key=lambda price: (price.series != "", price.store_id is not None, price.valid_from or date.min))
    return {price.item_id: price for price in prices}


async def price_catalogue(store: Store, model: VehicleModel) -> list[PricedItem]:
    """Everything an owner may book for a car of this model."""
    return await alone_for(store, model, await _catalogue(only_bookable=True))


async def _catalogue(*, only_bookable: bool) -> list[int]:
    """The ids of the jobs that are offered."""
    rows = await database.fetch(
        "SELECT id FROM service_item WHERE is_active AND (is_bookable OR NOT $1) ORDER BY id", only_bookable
    )
    return [row["id"] for row in rows]


async def priced_for(store_id: int, vehicle_id: int, *, only_bookable: bool) -> list[PricedItem] | None:
    """The whole catalogue, or the items that owners may book, with the prices for this car in a store that is in
    business.

    None if the store or the car is unknown.
    """
    found = await store_and_car(store_id, vehicle_id)
    return None if found is None else await alone(*found, await _catalogue(only_bookable=only_bookable))


async def store_and_car(store_id: int, vehicle_id: int) -> tuple[Store, Vehicle] | None:
    """A store that is in business and a car, as what a job costs is reckoned with them; None if one is unknown."""
    store = await Store.get_or_none(id=store_id, is_live=True)
    vehicle = await Vehicle.get_or_none(id=vehicle_id)
    return None if store is None or vehicle is None else (store, vehicle)


def _priced(item: ServiceItem, price: ItemPrice, rate_fen: int) -> PricedItem:
    return PricedItem(
        item_id=item.id,
        code=item.code,
        name=item.name,
        minutes=item.minutes,
        bay_kind=item.bay_kind,
        labour_centihours=price.labour_centihours,
        labour_fen=_labour_fen(price.labour_centihours, rate_fen),
        parts_fen=price.parts_fen,
        part_number=item.part_number,
        is_maintenance=item.is_maintenance,
        needs_road_test=item.needs_road_test,
        work_kind=item.work_kind,
        is_bookable=item.is_bookable and item.is_active,
    )
