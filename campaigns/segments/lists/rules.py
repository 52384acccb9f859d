"""Whom a row of a file names. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from crm_core.dealerships.masks import mask_phone, mask_plate, mask_vin
from crm_core.imports import values
from crm_core.imports.persons import phones
from foundation.spreadsheets.cells import Cell

HEAD_ROWS: Final = 20
"""So many rows that name nobody may stand above the first one that does; they are its head."""
MOST_ROWS: Final = 50_000


class By(StrEnum):
    """By what a row names somebody."""

    VIN = "VIN"
    PHONE = "PHONE"
    PLATE = "PLATE"


class Unmatched(StrEnum):
    """Why a row led to nobody."""

    NOTHING = "NOTHING"
    UNKNOWN = "UNKNOWN"
    SEVERAL = "SEVERAL"

    @property
    def label(self) -> str:
        """For whoever brought the file."""
        return {
            Unmatched.NOTHING: "这行没有手机号、车牌或车架号",
            Unmatched.UNKNOWN: "没有这位客户，或不归您的门店",
            Unmatched.SEVERAL: "几位客户都用这个手机号，不知道是哪位；加一列车牌或车架号就能认出来",
        }[self]


@dataclass(frozen=True)
class Name:
    """A VIN, a phone or a plate, as it is kept on file."""

    by: By
    value: str

    @property
    def masked(self) -> str:
        """What may be kept and shown of it."""
        masks = {By.VIN: mask_vin, By.PHONE: mask_phone, By.PLATE: mask_plate}
        return masks[self.by](self.value)


def names_in(cells: Sequence[Cell]) -> list[Name]:
    """Every VIN, phone and plate in a row, wherever it stands: lists of dealers' programs have no common columns."""
    found: list[Name] = []
    for cell in cells:
        if not isinstance(cell, str | int):
            continue
        if (vin := values.vin(cell).value) is not None:
            found.append(Name(By.VIN, vin))
        elif (plate := values.plate(cell).value) is not None:
            found.append(Name(By.PLATE, plate))
        elif (read := phones([cell]).value) is not None:
            found += [Name(By.PHONE, mobile) for mobile in read.mobiles]
    return found


def head_of(rows: Sequence[Sequence[Name]]) -> int:
    """How many rows of a sheet are its head: those above the first that names somebody, unless they are too many; of a
    sheet that names nobody only the first.
    """
    first = next((number for number, names in enumerate(rows) if names), None)
    if first is None:
        return 1
    return first if first <= HEAD_ROWS else 0


def whom(names: Sequence[Name], known: Mapping[Name, frozenset[int]]) -> frozenset[int] | Unmatched:
    """The customers a row means: those whom all its names agree on, else those of its first name that leads anywhere.

    A car means each of its owners; a phone that several share means nobody, unless a car tells them apart.
    """
    if not names:
        return Unmatched.NOTHING
    leads = [(name, known[name]) for name in names if known.get(name)]
    if not leads:
        return Unmatched.UNKNOWN
    cars = [people for name, people in leads if name.by is not By.PHONE]
    both = frozenset.intersection(*(people for _, people in leads))
    if both and (cars or len(both) == 1):
        return both
    if cars:
        return cars[0]
    single = [people for _, people in leads if len(people) == 1]
    return single[0] if single else Unmatched.SEVERAL
