"""What a diagnosis costs and how an owner is told."""

from crm_core.repair_orders.diagnosis.rules import DiagnosisPolicy, job_name, told, waived_fen


def test_the_condition_is_told_with_the_fee():
    assert job_name(DiagnosisPolicy()) == "故障诊断（同意维修后免收）"
    assert job_name(DiagnosisPolicy(waived_percent=50)) == "故障诊断（同意维修后减 50%）"
    assert job_name(DiagnosisPolicy(waived_percent=0)) == job_name(DiagnosisPolicy(fee_fen=0)) == "故障诊断"
    assert (
        told(DiagnosisPolicy()) == "要先找故障的，诊断费 200.00 元，同意维修后免收；动手前会请您确认，您不同意就不收。"
    )
    assert told(DiagnosisPolicy(fee_fen=0)) == "要先找故障的，诊断不收费。"


def test_what_is_waived_is_rounded_in_the_owners_favour():
    assert waived_fen(200_00, 100) == 200_00
    assert waived_fen(99_99, 50) == 50_00
    assert waived_fen(200_00, 0) == 0
