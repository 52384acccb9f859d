"""The chain of ways a message names in its `message.toml`, as one of its rows walks along it.

    ways = ["SUBSCRIBE", { by = "PHONE", variants = ["ready"] }]

Channels come first, stand-ins last. The row keeps the number of the way it is on (`message.way`), counted over the
channels meant for its variant. It goes on to the next only when the one before surely did not reach anybody.
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from crm_core.messaging.ways import Channel, StandIn, way
from crm_core.wording.catalogue import catalogue
from crm_core.wording.facts import MessageProblem


@dataclass(frozen=True)
class Step:
    """One channel of a chain."""

    channel: Channel
    after: timedelta
    """Not before so long after the message was said."""


@dataclass(frozen=True)
class Chain:
    """The ways of one message in one variant."""

    steps: tuple[Step, ...]
    stand_ins: tuple[StandIn, ...]

    def step(self, number: int) -> Step | None:
        """The step of this number, counted from 0; None behind the last."""
        return self.steps[number] if number < len(self.steps) else None


@cache
def chain_of(template: str, variant: str) -> Chain:
    """The chain of a message (its folder's name) in a variant ("" for none).

    Raises:
        MessageProblem: it names a way nobody registered, a channel behind a stand-in, or none.
    """
    specs = catalogue().message(template).meta.ways
    named = [(spec, way(spec.by)) for spec in specs if spec.variants is None or variant in spec.variants]
    steps = tuple(Step(one, timedelta(minutes=spec.after_minutes)) for spec, one in named if isinstance(one, Channel))
    stand_ins = tuple(one for _, one in named if isinstance(one, StandIn))
    if not steps or [one for _, one in named] != [*(step.channel for step in steps), *stand_ins]:
        raise MessageProblem(f"{template}: a chain begins with a channel and ends with its stand-ins")
    return Chain(steps, stand_ins)
