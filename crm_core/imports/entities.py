"""What the rows of an imported sheet can be about. Pure: the rules stand on it."""

from enum import StrEnum
from typing import Final


class Entity(StrEnum):
    """What the rows of a sheet are about."""

    CUSTOMERS = "customers"
    CARS = "cars"
    CUSTOMERS_CARS = "customers_cars"
    """One row for a customer with a car of theirs."""
    ORDERS = "orders"
    ORDER_LINES = "order_lines"
    ORDERS_WITH_LINES = "orders_with_lines"
    """One row for a line, with the columns of its order repeated beside it."""
    APPOINTMENTS = "appointments"
    COUPONS = "coupons"
    CONSENTS = "consents"
    STAFF = "staff"
    ITEMS_PRICES = "items_prices"
    PARTS_STOCK = "parts_stock"
    SETTINGS = "settings"
    """Rows of one list of settings, whose columns the list declares; never guessed."""


BROUGHT: Final = tuple(entity for entity in Entity if entity is not Entity.SETTINGS)
"""What sheets of other programs are about."""
