"""The chain of ways that a message lists in its `message.toml`, tried one after the other for each message row.

    ways = ["SUBSCRIBE", { by = "PHONE", variants = ["ready"] }]

Channels come first, stand-ins last. A row keeps the index of its current way (`message.way`), counted from 0 over the
channels that are meant for its variant. It moves on to the next only when the current one certainly reached nobody.
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
    """This channel is used only when so much time has passed since the message was said."""


@dataclass(frozen=True)
class Chain:
    """The ways of one message in one variant."""

    steps: tuple[Step, ...]
    stand_ins: tuple[StandIn, ...]

    def step(self, number: int) -> Step | None:
        """The step with this index, counted from 0; None after the last."""
        return self.steps[number] if number < len(self.steps) else None

    @property
    def opens_late(self) -> timedelta:
        """For how long after a message one of its channels may still open."""
        return max(step.channel.opens_late for step in self.steps)


@cache
def chain_of(template: str, variant: str) -> Chain:
    """The chain of a message (its folder's name) in a variant ("" for none).

    Raises:
        MessageProblem: it names an unknown way, has a channel after a stand-in, or has no channel.
    """
    specs = catalogue().message(template).meta.ways
    named = [(spec, way(spec.by)) for spec in specs if spec.variants is None or variant in spec.variants]
    steps = tuple(Step(one, timedelta(minutes=spec.after_minutes)) for spec, one in named if isinstance(one, Channel))
    stand_ins = tuple(one for _, one in named if isinstance(one, StandIn))
    if not steps or [one for _, one in named] != [*(step.channel for step in steps), *stand_ins]:
        raise MessageProblem(f"{template}: a chain begins with a channel and ends with its stand-ins")
    return Chain(tuple(step for step in steps if step.channel.is_set_up), stand_ins)
