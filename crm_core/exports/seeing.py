"""A reader's masks over every value of a file, whatever the read of the list did: a mask twice is the same mask."""

from collections.abc import Callable
from typing import Final

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.masks import mask_name, mask_phone, mask_plate, mask_sums, mask_vin
from crm_core.dealerships.permissions import field_mask
from crm_core.exports.rules import Value

_MASKS: Final[dict[str, tuple[str, Callable[[str], str]]]] = {
    "phone": ("phone", mask_phone),
    "plate": ("plate", mask_plate),
    "vin": ("vin", mask_vin),
    "customer_name": ("name", mask_name),
}
"""By the end of a column's name: the field whose mask decides, and the masked form."""
HIDDEN: Final = "***"


def seen_by(actor: Actor) -> Callable[[str, Value], Value]:
    """What this reader sees of a value. A phone is never whole in a file: whole ones are looked at one at a time, and
    each look is noted.
    """

    def see(column: str, value: Value) -> Value:
        if column.endswith("_fen") and field_mask(actor, "amount") == "hidden":
            return HIDDEN
        if not isinstance(value, str) or not value:
            return value
        for end, (field, mask) in _MASKS.items():
            if column == end or column.endswith(f"_{end}"):
                how = field_mask(actor, field)
                if how == "hidden":
                    return HIDDEN
                return value if how == "plain" and field != "phone" else mask(value)
        return mask_sums(value) if field_mask(actor, "amount") == "hidden" else value

    return see
