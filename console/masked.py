"""What a reader may see of a value, by the table of field masks: plain, masked in the middle, or nothing."""

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.masks import mask_name, mask_phone, mask_plate, mask_vin
from crm_core.dealerships.permissions import field_mask


def phone(actor: Actor, value: str | None) -> str | None:
    """The masked phone, or None if the role sees none. The plain phone is revealed by a request of its own, which is
    logged.
    """
    return None if not value or field_mask(actor, "phone") == "hidden" else mask_phone(value)


def plate(actor: Actor, value: str) -> str:
    """The whole plate for roles that handle the car, else the masked one."""
    return value if field_mask(actor, "plate") == "plain" else mask_plate(value)


def name(actor: Actor, value: str) -> str:
    """The customer's name, masked unless the role sees it plain."""
    return value if field_mask(actor, "name") == "plain" else mask_name(value)


def vin(actor: Actor, value: str) -> str:
    """The masked VIN; no screen shows it whole."""
    return mask_vin(value)


def fen(actor: Actor, value: int | None) -> int | None:
    """An amount in fen; None for roles that see no money: the workshop, the store room and sales consultants."""
    return None if value is None or field_mask(actor, "amount") == "hidden" else int(value)


def sees_amounts(actor: Actor) -> bool:
    """Whether the reader sees money at all."""
    return field_mask(actor, "amount") != "hidden"
