"""The states of an import, what its rows come to, and the order in which sheets are taken. Pure."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Final

from crm_core.imports.codes import REFUSING, Code
from crm_core.imports.entities import Entity
from crm_core.policies.declaring import Policy, Unit, rule
from foundation.moves import Moves


class ImportState(StrEnum):
    """数据导入."""

    READING = "READING"  # The file is being looked at.
    REFUSED = "REFUSED"  # It cannot be read; the reason is kept.
    READY = "READY"  # Its columns are shown; nothing was taken.
    TRYING = "TRYING"  # A dry run.
    RUNNING = "RUNNING"
    DONE = "DONE"
    UNDOING = "UNDOING"
    UNDONE = "UNDONE"


JOB_MOVES: Final[Moves[ImportState]] = {
    ImportState.READING: {"read": ImportState.READY, "refuse": ImportState.REFUSED},
    ImportState.READY: {"map": ImportState.READY, "try": ImportState.TRYING, "run": ImportState.RUNNING},
    ImportState.TRYING: {"tried": ImportState.READY, "stop": ImportState.READY},
    ImportState.RUNNING: {"finish": ImportState.DONE, "stop": ImportState.RUNNING},  # What it took is still added up.
    ImportState.DONE: {"undo": ImportState.UNDOING},
    ImportState.UNDOING: {"undone": ImportState.UNDONE, "block": ImportState.DONE},
}
"""What a person or the worker does to an import."""
AT_WORK: Final = (ImportState.READING, ImportState.TRYING, ImportState.RUNNING, ImportState.UNDOING)
"""The states in which a worker has something to do."""
WRITING: Final = (ImportState.TRYING, ImportState.RUNNING, ImportState.UNDOING)
"""One import writes at a time: two that bring the same customer would each make one."""

ORDER: Final = (
    Entity.SETTINGS, Entity.STAFF, Entity.ITEMS_PRICES, Entity.PARTS_STOCK, Entity.CUSTOMERS, Entity.CARS,
    Entity.CUSTOMERS_CARS,
    Entity.ORDERS, Entity.ORDER_LINES, Entity.ORDERS_WITH_LINES, Entity.APPOINTMENTS, Entity.COUPONS, Entity.CONSENTS,
)  # fmt: skip
"""Whatever the order of the sheets, what others refer to comes first."""
CHUNK_ROWS: Final = 1_000
"""Rows of one transaction: a worker killed in the middle costs no more."""


@dataclass(frozen=True)
class ImportPolicy(Policy, key="imports", title="数据导入", is_group_only=True):
    """House rules of imports: the group's, for one file may bring the data of several stores."""

    undo_days: int = rule(30, "导入后多少天内可以撤销", Unit.DAYS, 1, 90)
    file_days: int = rule(7, "导入的文件保留多久", Unit.DAYS, 1, 30)
    """The file holds personal data; our copy is not the dealer's archive."""


class Result(StrEnum):
    """What became of a row; each data row has one."""

    NEW = "NEW"
    CHANGED = "CHANGED"
    SAME = "SAME"
    REFUSED = "REFUSED"


@dataclass(frozen=True)
class Outcome:
    """One row's end: its result, what is said of it, and values that were not taken over what we have."""

    result: Result
    codes: tuple[Code, ...] = ()
    proposals: dict[str, str] = field(default_factory=dict)
    key: str = ""
    """The number of an order that was refused: its lines are refused with it."""

    @property
    def is_worth_a_line(self) -> bool:
        """Whether the report tells of it."""
        return bool(self.codes or self.proposals) or self.result is Result.REFUSED


@dataclass
class Counts:
    """What the data rows of a sheet came to. data = new + changed + same + refused."""

    new: int = 0
    changed: int = 0
    same: int = 0
    refused: int = 0
    warned: int = 0
    """Rows that were taken and have a remark."""
    codes: dict[str, int] = field(default_factory=dict)

    def add(self, outcome: Outcome) -> None:
        """Count one row."""
        name = outcome.result.value.lower()
        setattr(self, name, getattr(self, name) + 1)
        if outcome.codes and outcome.result is not Result.REFUSED:
            self.warned += 1
        for code in outcome.codes:
            self.codes[code.value] = self.codes.get(code.value, 0) + 1


def refuses(codes: tuple[Code, ...]) -> bool:
    """Whether one of these keeps a row out."""
    return not REFUSING.isdisjoint(codes)


def left_out(*codes: Code, key: str = "") -> Outcome:
    """A row that is not taken."""
    return Outcome(Result.REFUSED, tuple(sorted(set(codes))), key=key)


def undo_time(policy: ImportPolicy) -> timedelta:
    """How long after its end an import can be undone."""
    return timedelta(days=policy.undo_days)
