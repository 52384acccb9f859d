"""Seeded faults: each decision follows from the seed, what is delivered, and how often it was delivered before.

There is no random generator with a state, so a decision does not depend on the order of execution: the same seed and
the same acts repeat the same faults ("replay").
"""

import hashlib
from dataclasses import asdict, dataclass, field
from typing import Any

CHANNELS = ("callback", "push", "notification")
MAX_DELAY_SECONDS = 60.0
"""The longest delay in real seconds; for longer ones move the clock."""
MAX_RULES = 50
REPEATS = 2
"""Extra copies of a repeated delivery: three in all, as the platform's own retries would make."""


@dataclass
class Odds:
    """Chances from 0 to 1 for the deliveries of one channel, and the longest delay in real seconds."""

    drop: float = 0.0
    repeat: float = 0.0
    reorder: float = 0.0
    delay: float = 0.0
    delay_seconds: float = 2.0
    signtest: float = 0.0
    """Payment notifications only: a probe with a deliberately bad signature goes before the real one."""


@dataclass
class CallRule:
    """What happens to the next `times` calls of a door. `path` is `*`, or the door's name such as `message/send`."""

    path: str
    times: int = 1
    errcode: int | None = None
    errmsg: str = ""
    lose_answer: bool = False
    """The call is carried out, but the connection breaks before the answer, so the caller cannot know."""
    slow_seconds: float = 0.0
    late_answer_seconds: float = 0.0
    """The call is carried out at once, and answered so much later."""


@dataclass(frozen=True)
class Plan:
    """The faults of one delivery."""

    drop: bool = False
    copies: int = 1
    reorder: bool = False
    delay_seconds: float = 0.0
    signtest: bool = False

    @property
    def label(self) -> str:
        """The faults' names for the log, empty when the delivery is spared."""
        named = {
            "drop": self.drop,
            "repeat": self.copies > 1,
            "reorder": self.reorder,
            "delay": self.delay_seconds > 0,
            "signtest": self.signtest,
        }
        return ",".join(name for name, suffered in named.items() if suffered)


@dataclass
class Faults:
    """The knobs. Channels: `callback` (WeCom), `push` (mini program), `notification` (pay)."""

    seed: int
    odds: dict[str, Odds] = field(default_factory=lambda: {name: Odds() for name in CHANNELS})
    rules: list[CallRule] = field(default_factory=list)
    busy: float = 0.0
    """Chance that a call answers -1 (system busy)."""
    answer_signtest: float = 0.0
    """Chance that an answer of WeChat Pay carries a deliberately bad signature."""
    list_lag_seconds: float = 0.0
    """The lists of mass messages and of Moments show one only so long (business time) after it was made."""
    moment_job_seconds: float = 0.0
    """So long (business time) the making of a Moment takes."""
    password_above_fen: int = 1_000_00
    """A payment by code above this sum asks the payer for their password; 0: every one does."""
    empty_pages: bool = False
    """Every paged listing begins with an empty page that is not the last."""
    _seen: dict[str, int] = field(default_factory=dict)

    def plan(self, channel: str, key: str) -> Plan:
        """Decide the faults of the next delivery of this channel and key."""
        odds = self.odds[channel]
        occurrence = self._occurrence(f"{channel}|{key}")

        def chance(name: str) -> float:
            return self._chance(channel, key, occurrence, name)

        delayed = chance("delay") < odds.delay
        return Plan(
            drop=chance("drop") < odds.drop,
            copies=1 + REPEATS if chance("repeat") < odds.repeat else 1,
            reorder=chance("reorder") < odds.reorder,
            delay_seconds=odds.delay_seconds * chance("length") if delayed else 0.0,
            signtest=chance("signtest") < odds.signtest,
        )

    def answer_is_signtest(self, key: str) -> bool:
        """Whether this pay answer carries a deliberate bad signature."""
        return self._chance("answer", key, self._occurrence(f"answer|{key}"), "signtest") < self.answer_signtest

    def rule_for(self, path: str) -> CallRule | None:
        """Take one use of the first rule for this door; a seeded -1 when none fits and `busy` says so."""
        for rule in self.rules:
            if rule.path in ("*", path):
                rule.times -= 1
                if rule.times <= 0:
                    self.rules.remove(rule)
                return rule
        if self.busy and self._chance("call", path, self._occurrence(f"call|{path}"), "busy") < self.busy:
            return CallRule(path, errcode=-1)
        return None

    def add_rule(self, rule: CallRule) -> None:
        """Arm a rule.

        Raises:
            ValueError: when too many are armed already.
        """
        if len(self.rules) >= MAX_RULES:
            raise ValueError(f"at most {MAX_RULES} rules")
        self.rules.append(rule)

    def change(self, body: dict[str, Any]) -> None:
        """Take over knobs by the names in `shown`, and the odds of each channel."""
        if "seed" in body:
            self.seed = int(body["seed"])
            self._seen.clear()
        for name in ("busy", "answer_signtest"):
            if name in body:
                setattr(self, name, min(max(float(body[name]), 0.0), 1.0))
        for name in ("list_lag_seconds", "moment_job_seconds"):
            if name in body:
                setattr(self, name, max(float(body[name]), 0.0))
        if "password_above_fen" in body:
            self.password_above_fen = max(int(body["password_above_fen"]), 0)
        if "empty_pages" in body:
            self.empty_pages = bool(body["empty_pages"])
        for channel in CHANNELS:
            for name, value in (body.get(channel) or {}).items():
                if name not in Odds.__dataclass_fields__:
                    raise ValueError(f"unknown knob {channel}.{name}")
                limit = MAX_DELAY_SECONDS if name == "delay_seconds" else 1.0
                setattr(self.odds[channel], name, min(max(float(value), 0.0), limit))

    def calm(self) -> None:
        """Switch all faults off; the seed stays, and its decisions start anew."""
        self.odds = {name: Odds() for name in CHANNELS}
        self.rules, self.busy, self.answer_signtest, self.empty_pages = [], 0.0, 0.0, False
        self.list_lag_seconds, self.moment_job_seconds = 0.0, 0.0
        self.password_above_fen = Faults.password_above_fen
        self._seen.clear()

    def shown(self) -> dict[str, Any]:
        """The knobs as JSON."""
        return {
            "seed": self.seed,
            "busy": self.busy,
            "answer_signtest": self.answer_signtest,
            "list_lag_seconds": self.list_lag_seconds,
            "moment_job_seconds": self.moment_job_seconds,
            "empty_pages": self.empty_pages,
            "password_above_fen": self.password_above_fen,
            "rules": [asdict(rule) for rule in self.rules],
            **{channel: asdict(odds) for channel, odds in self.odds.items()},
        }

    def _occurrence(self, key: str) -> int:
        self._seen[key] = self._seen.get(key, 0) + 1
        return self._seen[key]

    def _chance(self, channel: str, key: str, occurrence: int, name: str) -> float:
        digest = hashlib.sha256(f"{self.seed}|{channel}|{key}|{occurrence}|{name}".encode()).digest()
        return int.from_bytes(digest[:8], "big") / 2**64
