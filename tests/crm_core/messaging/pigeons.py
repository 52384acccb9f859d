"""A made-up channel, and 「预约结果通知」 with a chain that uses it: WeChat, then a pigeon, then somebody phones."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from crm_core.messaging import ways
from crm_core.messaging.chains import chain_of
from crm_core.messaging.ways import Addressee, Channel, Closed, Later, Open, Outgoing, Receipt, Receiver, Unanswered
from crm_core.wording import limits
from crm_core.wording.catalogue import WaySpec, catalogue
from crm_core.wording.rendering import render_text
from foundation import clock
from foundation.errors import ErrorKind, OutcomeUnknown, PlatformError

FILE = "pigeon.txt"
WAIT = timedelta(minutes=5)


@dataclass
class Loft:
    """Where pigeons land, and what goes wrong with the next ones."""

    landed: list[str] = field(default_factory=list)
    troubles: list[Exception] = field(default_factory=list)
    """One for each of the next flights; the pigeon lands all the same when it is an OutcomeUnknown."""
    is_night: bool = False
    may_fly_again: timedelta | None = None


class Pigeon(Channel):
    """Flies to whoever has a phone: its number is the address of the nest."""

    name = "PIGEON"
    label = "信鸽"
    reaches = Receiver.CUSTOMER
    file = FILE
    cost_fen = 5

    def __init__(self, loft: Loft) -> None:
        self.loft = loft

    @property
    def unanswered(self) -> Unanswered:  # type: ignore[override]
        """As the loft of the test says."""
        return Unanswered(repeat_within=self.loft.may_fly_again, is_never_told=self.loft.may_fly_again is None)

    async def open(self, to: Addressee) -> Open | Closed | Later:
        """Not at night, and only where there is a nest."""
        if self.loft.is_night:
            return Later(clock.now() + timedelta(hours=8))
        return Open("nest") if to.customer_id is not None and to.customer_id % 1000 else Closed("没有鸽舍")

    async def send(self, message: Outgoing) -> Receipt:
        """Fly."""
        words = render_text(
            message.template, message.facts, channel=FILE, about=message.about, variant=message.variant or None
        )
        trouble = self.loft.troubles.pop(0) if self.loft.troubles else None
        if trouble is not None and not isinstance(trouble, OutcomeUnknown):
            raise trouble
        self.loft.landed.append(words)
        if trouble is not None:
            raise trouble
        return Receipt(f"pigeon-{len(self.loft.landed)}")


def busy() -> PlatformError:
    """The loft asks to come again."""
    return PlatformError("pigeons", "busy", kind=ErrorKind.BUSY)


def refusal() -> PlatformError:
    """The loft will not have it."""
    return PlatformError("pigeons", "hawk")


def no_answer() -> OutcomeUnknown:
    """The pigeon was sent, and no answer came."""
    return OutcomeUnknown("pigeons", "out of sight")


@pytest.fixture
def loft(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Loft]:
    """A loft; the message's chain is SUBSCRIBE, after five minutes PIGEON, then PHONE."""
    made = Loft()
    monkeypatch.setitem(ways._WAYS, Pigeon.name, Pigeon(made))
    limits.declare_text(FILE, lambda words: limits.over("鸽信", words, 40))
    message = catalogue().message("appointment_result")
    folder = tmp_path / message.name
    shutil.copytree(message.folder, folder)
    (folder / FILE).write_text("{{ model_short | car(plate) }} {{ starts_at | coming }}", encoding="utf-8")
    chain: list[dict[str, Any]] = [
        {"by": "SUBSCRIBE"},
        {"by": "PIGEON", "after_minutes": WAIT.total_seconds() // 60},
        {"by": "PHONE"},
    ]
    meta = message.meta.model_copy(update={"ways": [WaySpec.model_validate(way) for way in chain]})
    monkeypatch.setitem(catalogue().messages, message.name, replace(message, folder=folder, meta=meta))
    chain_of.cache_clear()
    yield made
    chain_of.cache_clear()
