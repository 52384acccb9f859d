"""The jinja engine used by every channel: sandboxed, strict about unknown names, each template compiled once.

Values have been prepared by `facts`. A template that shows a raw value without a format raises an error.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from jinja2 import StrictUndefined, Template, Undefined, UndefinedError, pass_context
from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment

from crm_core.wording import formats
from crm_core.wording.catalogue import MessageTemplate, Text
from crm_core.wording.facts import Fen, MessageProblem, UnknownFact, WrongFact
from foundation import clock


class OverLimit(MessageProblem):
    """The rendered message breaks a limit of its platform; `problems` says which, in Chinese."""

    def __init__(self, message_id: str, problems: list[str]) -> None:
        self.problems = problems
        super().__init__(f"{message_id}: {'；'.join(problems)}")


@dataclass(frozen=True)
class Rendering:
    """One message in one variant with its prepared facts; every channel renders its texts with it."""

    message: MessageTemplate
    variant: str | None
    context: Mapping[str, Any]

    def text(self, source: str, **more: Any) -> str:
        """Render a template.

        Raises:
            UnknownFact: it uses a name that is not declared.
        """
        try:
            return _template(source).render(self.context, **more)
        except UndefinedError as wrong:
            raise UnknownFact(f"{self.message.id}: {wrong.message}") from wrong
        except MessageProblem as wrong:
            raise type(wrong)(f"{self.message.id}: {wrong}") from wrong

    def fact(self, name: str) -> Any:
        """A prepared fact by name.

        Raises:
            UnknownFact: the message does not declare it.
        """
        if name not in self.context:
            raise UnknownFact(f"{self.message.id}: {name!r} is undefined")
        return self.context[name]

    def choose(self, text: Text) -> str | None:
        """The template for this variant; None when its table has no entry for the variant."""
        return text if isinstance(text, str) else text.get(self.variant or "")

    def chosen(self, text: Text) -> str:
        """The rendered text of this variant.

        Raises:
            UnknownFact: there is no text for this variant.
        """
        source = self.choose(text)
        if source is None:
            raise UnknownFact(f"{self.message.id} says nothing for variant {self.variant!r}")
        return self.text(source)

    def within(self, problems: list[str]) -> None:
        """Check that there are no problems.

        Raises:
            OverLimit: `problems` is not empty.
        """
        if problems:
            raise OverLimit(self.message.id, problems)


@pass_context
def _due(context: Context, instant: datetime) -> str:
    return formats.due(instant, context["now"])


@pass_context
def _due_day(context: Context, instant: datetime) -> str:
    return formats.due_day(instant, context["now"])


def _only_words(value: Any) -> Any:
    """Refuse what a template shows without a format: a raw instant, fen, a list, None."""
    if isinstance(value, Fen | bool | date) or not isinstance(value, str | int | Undefined):
        raise WrongFact(f"a template shows a {type(value).__name__} without a format")
    return value


_FORMATS: tuple[Callable[..., str], ...] = (
    formats.car,
    formats.summary,
    formats.yuan,
    formats.amount,
    formats.count,
    formats.hours,
    clock.lasting,
    formats.hm,
    formats.stamp,
    formats.coming,
    formats.month_day,
    formats.month_day_year,
    formats.subscribe_time,
    formats.subscribe_day_end,
)


def environment() -> SandboxedEnvironment:
    """A fresh template environment: sandboxed, strict about unknown names, with the formats as filters."""
    env = SandboxedEnvironment(undefined=StrictUndefined, finalize=_only_words, autoescape=False)
    for form in _FORMATS:
        env.filters[form.__name__] = form
    env.filters |= {"due": _due, "due_day": _due_day}
    return env


_environment = environment()


@cache
def _template(source: str) -> Template:
    return _environment.from_string(source)
