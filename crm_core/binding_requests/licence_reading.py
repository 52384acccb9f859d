"""Reading a vehicle licence 行驶证 from a picture by the service that is set up, to spare the desk some typing.

The picture is sent to that service and not kept; what comes back is written nowhere and not logged. A person compares
every field with the licence, so the form works without the service too.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, TypeVar

from crm_core.binding_requests.errors import LicenceNotSeen, LicenceReaderAway, LicenceReaderOff, TooManyReadings
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.origin import keep_demo_data_here
from crm_core.dealerships.permissions import authorise, subject
from crm_core.spelling.name import parse_name
from crm_core.spelling.plate import parse_plate
from crm_core.spelling.vin import inspect_vin
from foundation import clock, media
from foundation.cache import RateLimit
from foundation.errors import PlatformError
from foundation.text import one_line
from integrations.ocr import LicenceFields, licence_reader
from integrations.ocr.client import UNREADABLE

_T = TypeVar("_T")

READINGS_AN_HOUR: Final = 60
"""By one person: more than a busy desk registers in a day, in case a script or a stuck finger has pictures read."""
_READINGS: Final = RateLimit("licence_readings", limit=READINGS_AN_HOUR, period_seconds=3600)
FIRST_DAY: Final = date(1950, 1, 1)
"""No car on the road was registered earlier."""


class LicenceField(StrEnum):
    """A field of a licence."""

    PLATE = "PLATE"
    VIN = "VIN"
    OWNER_NAME = "OWNER_NAME"
    REGISTERED_ON = "REGISTERED_ON"
    MODEL_TEXT = "MODEL_TEXT"


@dataclass(frozen=True)
class LicenceRead:
    """The fields that can be right, in our spelling; None where nothing was read or what was read cannot be right."""

    plate: str | None
    vin: str | None
    owner_name: str | None
    registered_on: date | None
    model_text: str | None


@dataclass(frozen=True)
class Doubt:
    """What a person should look at, and why; the sentence never repeats what was read."""

    field: LicenceField
    reason: str


@dataclass(frozen=True)
class LicenceReading:
    """What was read from one picture."""

    fields: LicenceRead
    doubts: list[Doubt]


def may_read(actor: Actor, store_id: int) -> None:
    """Ask before the picture is received.

    Raises:
        NotAllowed: the actor registers nobody in this store.
    """
    authorise(actor, "vehicles.register", subject(store_id=store_id))


async def read_licence(actor: Actor, store_id: int, picture: bytes) -> LicenceReading:
    """Send a cleaned copy of the picture to the service, and check what it read by our own rules.

    Raises:
        NotAllowed: the actor registers nobody in this store.
        LicenceReaderOff: no service is set up.
        MediaNotAccepted, MediaTooLarge, MediaUnreadable: it is no picture that we take.
        TooManyReadings: the actor has had READINGS_AN_HOUR read within the hour.
        LicenceNotSeen: the service sees no licence on it.
        LicenceReaderAway: the service gave no usable answer.
    """
    may_read(actor, store_id)
    reader = licence_reader()
    if reader is None:
        raise LicenceReaderOff
    await keep_demo_data_here(reader.base_url)
    cleaned, content_type = await media.cleaned_picture(picture)
    if wait := await _READINGS.wait_seconds(str(actor.id)):
        raise TooManyReadings(retry_after_seconds=math.ceil(wait))
    try:
        read = await reader.read(cleaned, content_type)
    except PlatformError as error:
        raise (LicenceNotSeen if error.errcode == UNREADABLE else LicenceReaderAway) from error
    return checked(read, clock.today())


def checked(read: LicenceFields, today: date) -> LicenceReading:
    """Each field by the house's own reader; one that does not pass is left out with its reason."""
    doubts: list[Doubt] = []
    fields = LicenceRead(
        plate=_passed(doubts, LicenceField.PLATE, read.plate, lambda text: parse_plate(text).number),
        vin=_passed(doubts, LicenceField.VIN, read.vin, _vin),
        owner_name=_passed(doubts, LicenceField.OWNER_NAME, read.owner_name, parse_name),
        registered_on=_passed(doubts, LicenceField.REGISTERED_ON, read.registered_on, lambda text: _day(text, today)),
        model_text=one_line(read.model_text or "") or None,
    )
    return LicenceReading(fields, doubts)


def _passed(doubts: list[Doubt], field: LicenceField, text: str | None, parse: Callable[[str], _T]) -> _T | None:
    """What `parse` makes of the text; None with a doubt more if it refuses it."""
    if not text:
        return None
    try:
        return parse(text)
    except ValueError as wrong:
        doubts.append(Doubt(field, str(wrong)))
        return None


def _vin(text: str) -> str:
    # An imported car's wrong check digit blocks nothing at registration, but here it may be one misread character.
    check = inspect_vin(text)
    if check.problem:
        raise ValueError(check.sentence)
    return check.vin


def _day(text: str, today: date) -> date:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise ValueError("注册日期没认清，请看行驶证。") from None
    if not FIRST_DAY <= day <= today:
        raise ValueError("注册日期不对，请看行驶证。")
    return day
