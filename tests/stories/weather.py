"""How the platforms behave during a story: well, or as badly as a seed decides."""

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.stories.stage import Stage


@dataclass(frozen=True)
class Weather:
    """Knobs of the simulator, and calls that go wrong in a certain way."""

    name: str
    knobs: dict[str, Any] = field(default_factory=dict)
    rules: tuple[dict[str, Any], ...] = ()

    async def begin(self, stage: "Stage") -> None:
        """Let it blow."""
        if not self.knobs:
            return
        print(f"story under faults, seed {self.knobs['seed']}: repeat it with WEDEALER_STORY_SEED={self.knobs['seed']}")
        await stage.hand("POST", "faults", self.knobs)
        for rule in self.rules:
            await stage.hand("POST", "faults/rules", rule)

    async def expire_tokens(self, stage: "Stage") -> None:
        """Every access token of ours is worthless from now on."""
        if self.knobs:
            await stage.hand("POST", "tokens/expire")


CALM = Weather("calm")
STORM = Weather(
    "storm",
    knobs={
        "seed": int(os.environ.get("WEDEALER_STORY_SEED", "20261121")),
        "busy": 0.08,
        "callback": {"repeat": 0.6, "reorder": 0.5, "delay": 0.4, "delay_seconds": 0.6},
        "push": {"repeat": 0.5, "reorder": 0.5, "delay": 0.3, "delay_seconds": 0.4},
        "notification": {"drop": 0.6, "repeat": 0.6, "delay": 0.5, "delay_seconds": 0.5, "signtest": 0.5},
    },
)
