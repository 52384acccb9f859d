"""What a diagnosis costs, what of it is waived, and how owners are told. Pure."""

from dataclasses import dataclass
from typing import Final

from crm_core.policies.declaring import Policy, Unit, rule
from foundation.money import format_yuan

NAME: Final = "故障诊断"
_WHOLE: Final = 100


@dataclass(frozen=True)
class DiagnosisPolicy(Policy, key="diagnosis", title="诊断费"):
    """House rules of diagnoses."""

    fee_fen: int = rule(200_00, "故障诊断收多少", Unit.YUAN, 0, 5_000_00)
    waived_percent: int = rule(100, "车主同意维修后减免诊断费", Unit.PERCENT, 0, 100)
    minutes: int = rule(40, "故障诊断按多久排", Unit.MINUTES, 10, 480)


def job_name(policy: DiagnosisPolicy) -> str:
    """How the job stands in the estimate, with its condition."""
    return f"{NAME}（{_condition(policy)}）" if _condition(policy) else NAME


def told(policy: DiagnosisPolicy) -> str:
    """What an owner reads before they book."""
    if not policy.fee_fen:
        return "要先找故障的，诊断不收费。"
    condition = f"，{_condition(policy)}" if _condition(policy) else ""
    return f"要先找故障的，诊断费 {format_yuan(policy.fee_fen)} 元{condition}；动手前会请您确认，您不同意就不收。"


def waived_fen(fee_fen: int, waived_percent: int) -> int:
    """What is taken off once a repair was ordered, in whole fen, rounded in the owner's favour."""
    return -(-fee_fen * waived_percent // _WHOLE)


def _condition(policy: DiagnosisPolicy) -> str:
    if not policy.fee_fen or not policy.waived_percent:
        return ""
    return "同意维修后免收" if policy.waived_percent == _WHOLE else f"同意维修后减 {policy.waived_percent}%"
