"""The facts of a message: their kinds, and how a raw value becomes one that a template may show.

A fact is given raw (fen, an instant, a whole plate, free text; or the JSON form in which a message row stores it) and
is masked, cleaned and shortened here, so that no template can leak a phone or overflow a field.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from enum import StrEnum
from pathlib import Path
from typing import Any

from crm_core.wording import formats

FactValue = bool | int | str | datetime | date | list[str] | tuple[str, ...] | None
"""What a fact may be: a flag, a number or fen, a text, an instant or a day, several texts; None if optional."""
Facts = Mapping[str, FactValue]
KeptFact = bool | int | str | list[str] | None
"""A fact as a message's row keeps it, in JSON: instants and days are texts there."""


class MessageProblem(ValueError):
    """A message cannot be made from what was given. The error's text names facts and limits, never a value."""


class MissingFact(MessageProblem):
    """The message needs a fact that was not given."""


class UnknownFact(MessageProblem):
    """A fact was given, or a template asks for one, that the message does not declare."""


class WrongFact(MessageProblem):
    """A fact has the wrong type, is empty, or is longer than can be shown and must not be cut."""


class UntellableFact(WrongFact):
    """A value of the right type that cannot be shown and that no word may replace, such as a missing instant or a sum
    beyond every limit.
    """


class Kind(StrEnum):
    """The kind of a fact, which decides how it is checked, masked and shortened."""

    TEXT = "text"
    TEXTS = "texts"
    INTEGER = "integer"
    FLAG = "flag"
    MONEY = "money"
    INSTANT = "instant"
    DAY = "day"
    PERSON = "person"
    PHONE = "phone"
    PLATE = "plate"
    CODE = "code"
    URL = "url"


class Fen(int):
    """A sum in fen that is not formatted yet; rendering fails if a template shows it without a filter."""


WIDEST_HANZI = "鑫"  # 3 bytes in UTF-8 and one UTF-16 unit, the most that a common character needs
LONGEST_LIST = 12  # names in a list for the longest case of a message; more would only change one digit
LONGEST_INSTANT = datetime(2026, 12, 31, 23, 59, tzinfo=timezone(timedelta(hours=8)))
LONGEST_DAY = date(2026, 12, 31)


_STAND_INS: Mapping[Kind, FactValue] = {
    Kind.TEXT: formats.NOTHING,
    Kind.TEXTS: (),
    Kind.PERSON: formats.NOBODY,
    Kind.PHONE: formats.NO_PHONE,
    Kind.PLATE: formats.NOTHING,
    Kind.CODE: formats.NO_CODE,
}
"""What the reader sees when a record has no value. For instants, days, sums and links no such word would be true."""


@dataclass(frozen=True)
class Fact:
    """One word of the vocabulary in `templates/messages/facts.toml`."""

    name: str
    kind: Kind
    example: FactValue
    longest: int = 0
    optional: bool = False
    word: str = ""
    """What whoever words a notice calls it, in Chinese."""

    def prepare(self, value: FactValue) -> FactValue:
        """The value as templates get it.

        Raises:
            MissingFact: it is None and the fact is not optional.
            WrongFact: it has a wrong type, is empty, or is too long and must not be cut. The text never quotes it.
        """
        if value is None:
            if self.optional:
                return None
            raise MissingFact(f"fact {self.name} is missing")
        try:
            return self._prepared(value)
        except (TypeError, AttributeError) as wrong:
            raise WrongFact(f"fact {self.name} is not a valid {self.kind}") from wrong

    def mended(self, value: FactValue) -> FactValue:
        """The raw value, or a replacement when a person's record is empty or holds more than can be shown.

        Raises:
            UntellableFact: any replacement would be untrue.
        """
        if value is None:
            if self.optional:
                return None
            if self.kind not in _STAND_INS:
                raise UntellableFact(f"fact {self.name} is not known")
            return _STAND_INS[self.kind]
        if isinstance(value, str):
            return self._mended_text(value)
        if self.kind is Kind.TEXTS and isinstance(value, list | tuple):
            return [item for item in value if not isinstance(item, str) or formats.clean(item)]
        if self.kind in (Kind.INTEGER, Kind.MONEY) and isinstance(value, int) and not 0 <= value <= self.longest:
            raise UntellableFact(f"fact {self.name} is not between 0 and {self.longest}")
        return value

    def _mended_text(self, value: str) -> FactValue:
        text = formats.clean(value)
        if self.kind is Kind.CODE:
            text = formats.cut(formats.code(text), self.longest)
        if not text:
            return None if self.optional else _STAND_INS.get(self.kind, value)
        return text if self.kind is Kind.CODE else value

    def _prepared(self, value: FactValue) -> FactValue:
        match self.kind:
            case Kind.TEXT:
                return self._text(value)
            case Kind.TEXTS:
                return [self._text(item) for item in self._typed(value, list, tuple)]
            case Kind.INTEGER | Kind.MONEY:
                return self._number(value)
            case Kind.FLAG:
                return bool(self._typed(value, bool))
            case Kind.INSTANT:
                return self._instant(value)
            case Kind.DAY:
                return self._day(value)
            case Kind.PERSON:
                return formats.mask_name(self._nonempty(value))
            case Kind.PHONE:
                return formats.mask_phone(self._nonempty(value))
            case Kind.PLATE:
                return formats.mask_plate(self._nonempty(value))
            case Kind.CODE | Kind.URL:
                return self._uncut(value)

    def _typed(self, value: Any, *types: type) -> Any:
        if not isinstance(value, types):
            raise WrongFact(f"fact {self.name} is not a valid {self.kind}")
        return value

    def _nonempty(self, value: Any) -> str:
        text = formats.clean(self._typed(value, str))
        if not text:
            raise WrongFact(f"fact {self.name} is empty")
        return text

    def _text(self, value: Any) -> str:
        return formats.shorten(formats.scrub(self._nonempty(value)), self.longest)

    def _uncut(self, value: Any) -> str:
        text = self._nonempty(value)
        if formats.width(text) > self.longest:
            raise WrongFact(f"fact {self.name} is longer than {self.longest} characters and must not be cut")
        return text

    def _number(self, value: Any) -> int:
        if isinstance(value, bool):
            raise WrongFact(f"fact {self.name} is not a valid {self.kind}")
        number = int(self._typed(value, int))
        if not 0 <= number <= self.longest:
            raise WrongFact(f"fact {self.name} is not between 0 and {self.longest}")
        return Fen(number) if self.kind is Kind.MONEY else number

    def _instant(self, value: Any) -> datetime:
        try:
            instant = datetime.fromisoformat(value) if isinstance(value, str) else self._typed(value, datetime)
        except ValueError as wrong:
            raise WrongFact(f"fact {self.name} is not a valid {self.kind}") from wrong
        if instant.tzinfo is None:
            raise WrongFact(f"fact {self.name} is an instant without a time zone")
        return instant

    def _day(self, value: Any) -> date:
        try:
            day = date.fromisoformat(value) if isinstance(value, str) else self._typed(value, date)
        except ValueError as wrong:
            raise WrongFact(f"fact {self.name} is not a valid {self.kind}") from wrong
        if isinstance(day, datetime):
            raise WrongFact(f"fact {self.name} is a day, not an instant")
        return day

    def longest_value(self) -> FactValue:
        """A raw value that takes as much room as this fact ever can."""
        match self.kind:
            case Kind.TEXT:
                return WIDEST_HANZI * self.longest
            case Kind.TEXTS:
                return [WIDEST_HANZI * self.longest] * LONGEST_LIST
            case Kind.INTEGER | Kind.MONEY:
                return self.longest
            case Kind.INSTANT:
                return LONGEST_INSTANT
            case Kind.DAY:
                return LONGEST_DAY
            case Kind.PLATE:
                return "粤BD12345"
            case Kind.CODE | Kind.URL:
                return "W" * self.longest
            case Kind.FLAG | Kind.PERSON | Kind.PHONE:
                return self.example


def load_vocabulary(path: Path) -> dict[str, Fact]:
    """Read `facts.toml`.

    Raises:
        MessageProblem: a kind is unknown, or an example is not valid for its fact.
    """
    vocabulary = {}
    for name, spec in tomllib.loads(path.read_text(encoding="utf-8")).items():
        try:
            fact = Fact(name=name, kind=Kind(spec.pop("kind")), **spec)
        except (TypeError, ValueError, KeyError) as wrong:
            raise MessageProblem(f"facts.toml: fact {name} is not declared properly: {wrong}") from wrong
        fact.prepare(fact.example)
        vocabulary[name] = fact
    return vocabulary
