"""Conditions about what the last night decided of an owner (唤醒池)."""

from typing import Annotated, Literal

from pydantic import Field

from campaigns.measuring import Cohort
from campaigns.segments.conditions.base import Condition
from campaigns.sql import Parameters
from campaigns.waking.loop.rules import AttemptState
from campaigns.waking.loop.turning import RUNNING
from campaigns.waking.rules import Path
from foundation.reading import literals


class WakingPath(Condition):
    """最好的方式: by which way the owner is best reached."""

    label = "最好的联系方式"
    field: Literal["waking_path"]
    values: Annotated[tuple[Path, ...], Field(min_length=1, max_length=len(Path))]

    def where(self, to: Parameters) -> str:
        paths = to.add([value.value for value in self.values], "text[]")
        return f"EXISTS (SELECT FROM waking_class w WHERE w.customer_id = c.id AND w.path = ANY({paths}))"

    def words(self) -> str:
        return f"最好用{'或'.join(value.label for value in dict.fromkeys(self.values))}联系"


class WakingTurn(Condition):
    """唤醒轮到: whose turn it is today in the loop by one of these ways, and whom no broadcast has taken in since. What
    sends to the sleeping asks this, so that nobody is tried by two ways at once.
    """

    label = "唤醒轮到"
    field: Literal["waking_turn"]
    values: Annotated[tuple[Literal[Path.MASS, Path.SMS], ...], Field(min_length=1, max_length=2)]

    def where(self, to: Parameters) -> str:
        paths = to.add([value.value for value in self.values], "text[]")
        return (
            f"EXISTS (SELECT FROM waking_attempt a WHERE a.customer_id = c.id AND a.path = ANY({paths}) "
            f"AND a.state = {literals(AttemptState.OPEN)} AND a.sent_at IS NULL "
            f"AND a.from_on <= {to.add(to.today, 'date')} AND {RUNNING} "
            "AND NOT EXISTS (SELECT FROM broadcast_recipient r JOIN broadcast b ON b.id = r.broadcast_id "
            f"WHERE r.customer_id = c.id AND r.cohort = {literals(Cohort.PLANNED)} AND b.frozen_at >= a.opened_at))"
        )

    def words(self) -> str:
        return f"唤醒轮到{'或'.join(value.label for value in dict.fromkeys(self.values))}"
