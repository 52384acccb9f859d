"""What dealers' programs call a column; the names are data (`known_headers.json`), from many programs' exports."""

import json
import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

from crm_core.imports.entities import Entity

SENSITIVE: Final = "sensitive_never_mapped"
"""Identity cards and bank accounts: shown as sensitive; whoever wants them names the purpose."""
STORED_VALUE: Final = "refused_stored_value"
"""Money owed to the customer is no coupon: the column is refused, and said so."""
REQUIRED: Final = {
    Entity.CUSTOMERS: (),
    Entity.CARS: ("vin",),
    Entity.CUSTOMERS_CARS: ("vin",),
    Entity.ORDERS: ("number", "opened_at"),
    Entity.ORDER_LINES: ("number", "name", "amount"),
    Entity.ORDERS_WITH_LINES: ("number", "opened_at", "order_lines.name", "order_lines.amount"),
    Entity.APPOINTMENTS: ("date", "time"),
    Entity.COUPONS: ("template", "valid_to"),
    Entity.CONSENTS: ("phone", "purpose", "given", "given_at", "how", "evidence"),
    Entity.STAFF: ("userid", "name", "store", "role"),
    Entity.ITEMS_PRICES: ("code", "name"),
    Entity.PARTS_STOCK: ("number", "name", "store", "quantity"),
    Entity.SETTINGS: (),
}
"""Fields without which a sheet is not of this kind."""
_KINDS: Final[dict[Entity, tuple[Entity, ...]]] = {
    Entity.CUSTOMERS_CARS: (Entity.CUSTOMERS, Entity.CARS),
    Entity.ORDERS: (Entity.ORDERS, Entity.CARS, Entity.CUSTOMERS),
    Entity.ORDERS_WITH_LINES: (Entity.ORDERS, Entity.ORDER_LINES, Entity.CARS, Entity.CUSTOMERS),
    Entity.APPOINTMENTS: (Entity.APPOINTMENTS, Entity.CARS, Entity.CUSTOMERS),
    Entity.COUPONS: (Entity.COUPONS, Entity.CARS, Entity.CUSTOMERS),
}
"""Whose columns a sheet may have: its own first, then those that say which order, car or customer a row means."""
_BETWEEN: Final = re.compile(r"[\s*():_\-/.]+")


def normal(header: str) -> str:
    """A column's name as names are compared: half width, lower case, without blanks, stars, brackets and dashes."""
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", header)).lower()


def field_of(entity: Entity, header: str) -> str | None:
    """The field a column of this name holds in a sheet of this kind: by its whole name, else by the longest inside."""
    names = _names(entity)
    wanted = normal(header)
    if wanted in names:
        return names[wanted]
    inside = [name for name in names if len(name) > 1 and name in wanted]
    return names[max(inside, key=len)] if inside else None


def is_known(header: str) -> bool:
    """Whether any program we know of calls a column so."""
    return normal(header) in _every_name()


def fits(entity: Entity, headers: Iterable[str]) -> int:
    """How many of the columns are known in a sheet of this kind; 0 when one it needs is missing."""
    names = _names(entity)
    fields = {names[key] for header in headers if (key := normal(header)) in names}
    if not set(REQUIRED[entity]) <= fields:
        return 0
    return len(fields - {SENSITIVE})


@cache
def _names(entity: Entity) -> dict[str, str]:
    found: dict[str, str] = {}
    for number, kind in enumerate(_KINDS.get(entity, (entity,))):
        prefix = "" if number == 0 or entity is Entity.CUSTOMERS_CARS else f"{kind.value}."
        for field, names in _known()[kind.value].items():
            for name in names:
                found.setdefault(normal(name), field if field == SENSITIVE else f"{prefix}{field}")
    return found


@cache
def _every_name() -> frozenset[str]:
    return frozenset(normal(name) for fields in _known().values() for names in fields.values() for name in names)


@cache
def _known() -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = json.loads(
        Path(__file__).with_name("known_headers.json").read_text("utf-8")
    )
    return found


@cache
def fields_of(entity: Entity) -> frozenset[str]:
    """Every field a sheet of this kind may have."""
    return frozenset(_names(entity).values()) - {SENSITIVE, STORED_VALUE}
