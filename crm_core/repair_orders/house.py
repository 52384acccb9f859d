"""Reads what the end of an order is reckoned with besides its lines."""

from typing import Final

from crm_core.dealerships.hours import opening
from crm_core.dealerships.hours.open_time import OpenTime
from crm_core.dealerships.stores import store_of
from crm_core.policies.current import policy_of
from crm_core.repair_orders.dispatch_rules import DispatchPolicy
from crm_core.repair_orders.risk_rules import House
from foundation import clock

_DAYS: Final = 45
"""Parts may take weeks; beyond that nobody reckons with hours."""


async def open_time_of(store_id: int) -> OpenTime:
    """When the store is open from today on: no promise lies outside."""
    return await opening.open_time(await store_of(store_id), clock.today(), _DAYS)


async def house_of(store_id: int) -> House:
    """When the store is open from today on, and what a job over its time still takes there."""
    return House(await open_time_of(store_id), (await policy_of(DispatchPolicy, store_id)).overrun_minutes)
