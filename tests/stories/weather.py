"""How the platforms behave during a story: without faults, or with the faults that a seed decides."""

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from tests.stories.stage import Stage

SEED_VARIABLE: Final = "STORY_SEED"


@dataclass(frozen=True)
class Weather:
    """Knobs of the simulator, and calls that go wrong in a certain way."""

    name: str
    knobs: dict[str, Any] = field(default_factory=dict)
    rules: tuple[dict[str, Any], ...] = ()
    """Calls that go wrong once each."""
    lost_callbacks: float = 0.0
    """Share of WeCom's callbacks that never arrive, from the first turn on: what a lost scan would have begun, nobody
    can begin, but a button is pressed again."""

    @property
    def loses_callbacks(self) -> bool:
        """Whether a press may be lost."""
        return self.lost_callbacks > 0

    async def begin(self, stage: "Stage") -> None:
        """Let it blow."""
        if not self.knobs:
            return
        print(f"story in a {self.name}, seed {self.knobs['seed']} (repeat it with {SEED_VARIABLE}=…)")
        await stage.hand("POST", "faults", self.knobs)
        for rule in self.rules:
            await stage.hand("POST", "faults/rules", rule)

    async def turn(self, stage: "Stage") -> None:
        """Between two chapters: every token of ours is worthless, and callbacks begin to get lost."""
        if self.knobs:
            await stage.hand("POST", "tokens/expire")
            await stage.hand("POST", "faults", {"callback": {"drop": self.lost_callbacks}})

    async def clear(self, stage: "Stage") -> None:
        """Switch the faults off; deliveries still under way arrive."""
        await stage.hand("POST", "faults/calm")


CALM = Weather("calm")
STORM = Weather(
    "storm",
    knobs={
        "seed": int(os.environ.get(SEED_VARIABLE, "20261121")),
        "busy": 0.06,
        "callback": {"repeat": 0.6, "reorder": 0.5, "delay": 0.4, "delay_seconds": 0.5},
        "push": {"repeat": 0.5, "reorder": 0.5, "delay": 0.3, "delay_seconds": 0.3},
        "notification": {"drop": 0.6, "repeat": 0.6, "delay": 0.5, "delay_seconds": 0.5, "signtest": 0.5},
    },
    rules=(
        *({"path": path, "lose_answer": True} for path in (
            "externalcontact/send_welcome_msg",
            "message/send",
            "message/update_template_card",
            "cgi-bin/message/subscribe/send",
            "externalcontact/add_msg_template",
        )),
        {"path": "pay/v3/pay/transactions/jsapi", "lose_answer": True},
    ),
    lost_callbacks=0.25,
)  # fmt: skip
