"""For how long the house answers for its work, in words."""

from crm_core.pricing.work_kinds import WorkKind
from crm_core.repair_orders.guarantee_rules import RepairGuaranteePolicy, printed_words, promised_words

LAW = RepairGuaranteePolicy()


def test_the_guarantee_in_words():
    assert promised_words([], LAW) == "本次维修质保 10 天或 2,000 公里"
    assert promised_words([WorkKind.WHOLE], LAW) == "本次维修质保 100 天或 20,000 公里"
    assert promised_words([WorkKind.SMALL, WorkKind.SECOND], LAW).startswith("本次维修质保：二级维护 30 天")
    assert "一级维护、小修、专项修理 10 天或 2,000 公里" in printed_words(LAW)
