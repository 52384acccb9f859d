"""What each document says: everything the law and the trade want, and nothing that is not for its reader."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

import pytest

from crm_core.billing.rules import BillState, Payer
from crm_core.coupons.rules import LineKind
from crm_core.documents.contents import CONTENTS, basis_of
from crm_core.documents.facts import (
    BilledLine,
    BillFacts,
    BoughtPart,
    CheckFacts,
    EstimateFacts,
    Facts,
    InspectionFacts,
    JobFacts,
    LentFacts,
    MakerFacts,
    OfferedJob,
    OrderFacts,
    PartFacts,
    SheetFacts,
)
from crm_core.documents.rules import (
    DocumentKind,
    number_of,
    printed_number,
    reprint_mark,
)
from crm_core.parts.rules import RequestState
from crm_core.pricing.work_kinds import WorkKind
from crm_core.repair_orders.additional_work_rules import AdditionalWorkState, Urgency
from crm_core.repair_orders.guarantee_rules import RepairGuaranteePolicy, printed_words
from crm_core.repair_orders.papers.models import EstimateState
from crm_core.repair_orders.photos import DamageMark, PositionPhoto
from crm_core.repair_orders.rules import LineState
from crm_core.vehicles.models import Powertrain
from foundation.paper import as_json

AT = datetime(2026, 11, 23, 2, 5, tzinfo=UTC)
KEY = f"{'a' * 64}.jpg"
ORDER = OrderFacts(
    id=1,
    number="RO-S01-261123-0231",
    store_id=1,
    customer_id=1,
    vehicle_id=1,
    store="星河汽车浦东店",
    store_address="浦东新区张江路 1 号",
    store_phone="021-50001234",
    owner="张伟",
    phone="13812345678",
    sender_name="王芳",
    plate="沪A·12345",
    vin="LYFAA4182E2184847",
    series="云帆X6",
    trim="2.0T 豪华",
    model_text="",
    powertrain=Powertrain.PETROL,
    opened_at=AT,
    mileage_km=21_180,
    complaint="做个保养，刹车有点响",
    advisor="李敏",
    keeps_old_parts=True,
    waits_on_site=True,
    wants_wash=False,
    first_promised_at=AT,
    promised_finish_at=AT,
    ready_at=AT,
    is_void=False,
)


def _job(number: int, name: str, labour: int, parts: int, *wanted: PartFacts, payer: Payer = Payer.CP) -> JobFacts:
    return JobFacts(
        id=number,
        name=name,
        payer=payer,
        payer_approval_number="W-1" if payer is Payer.W else "",
        work_kind=WorkKind.SECOND if number == 1 else WorkKind.SMALL,
        state=LineState.QC_OK,
        additional_work_id=None,
        labour_centihours=120,
        labour_fen=labour,
        parts_fen=parts,
        minutes=72,
        is_maintenance=number == 1,
        urgency=None,
        finding="",
        decided_at=AT,
        decided_how="mini_program",
        evidence="",
        evidence_note="",
        part_number="OIL-X6",
        part_name="机滤",
        technician="陈志强",
        guarantee_of=None,
        parts=list(wanted),
        outside_parts=[],
    )


OIL = PartFacts("机滤", "OIL-X6", 1, RequestState.USED)
SERVICE = _job(1, "小保养", 288_00, 428_00, OIL)
PADS = replace(
    _job(2, "前刹车片", 288_00, 680_00, PartFacts("前刹车片", "PAD-X6", 2, RequestState.USED)),
    additional_work_id=7,
    urgency=Urgency.RED,
    finding="剩 2.1 毫米",
)
SWITCH = _job(3, "组合开关", 90_00, 320_00, payer=Payer.W)


def _offered(job: JobFacts) -> OfferedJob:
    return OfferedJob(job.id, job.name, job.payer, job.labour_fen, job.parts_fen, job.minutes)


def _billed(*jobs: JobFacts) -> list[BilledLine]:
    return [
        BilledLine(f"repair_line:{job.id}", kind, job.name, fen)
        for job in jobs
        for kind, fen in ((LineKind.LABOUR, job.labour_fen), (LineKind.PARTS, job.parts_fen))
    ]


FACTS = Facts(
    ORDER,
    [SERVICE, PADS, SWITCH],
    printed_words(RepairGuaranteePolicy()),
    estimate=EstimateFacts(
        version=1,
        state=EstimateState.AUTHORISED,
        lines=[_offered(SERVICE), _offered(SWITCH)],
        owner_total_fen=716_00,
        allowed_fen=716_00,
        promised_finish_at=AT,
        made_by="李敏",
        sent_at=AT,
        decided_at=AT,
        decided_how="mini_program",
        evidence=KEY,
        evidence_note="",
    ),
    inspection=InspectionFacts(
        inspected_at=AT,
        inspected_by="李敏",
        energy_percent=60,
        belongings="雨伞",
        valuables_reminded=True,
        covers_on=True,
        damages=[DamageMark(key=KEY, part="左前门", damage="划痕")],
        photos=[PositionPhoto(key=KEY, position="FRONT_LEFT")],
        signed_at=AT,
        signature=KEY,
    ),
    sheet=SheetFacts(
        id=7,
        repair_order_id=1,
        ordinal=1,
        state=AdditionalWorkState.APPROVED,
        version=1,
        hash="f" * 64,
        found_by="陈志强",
        sent_at=AT,
        decided_at=AT,
    ),
    checks=(CheckFacts(1, "刘洋", "陈志强", True, "", ["机油液位"], True, AT),),
    bill=BillFacts(
        state=BillState.CONFIRMED,
        version=3,
        subtotal_fen=1684_00,
        discount_fen=205_60,
        total_fen=1478_40,
        prepaid_fen=0,
        confirmed_at=AT,
        lines=_billed(SERVICE, PADS),
        discounts=["工时8折"],
    ),
    maker=MakerFacts(("累计修理天数 3 天",), (LentFacts("粤B0D001", "云帆X3 白色", AT, None),)),
)

_HEAD: Final = (
    "托修方 送修人 联系电话 品牌型号 车牌号码 车辆识别代码 送修日期 送修里程 维修企业 企业地址 企业电话 联系人 发动机号"
)
CARRIES: Final = {
    DocumentKind.INSPECTION: f"{_HEAD} 油量电量 车辆外观问题 部位 随车物品 贵重物品 服务顾问（签名） 送修人（签名）",
    DocumentKind.ESTIMATE: f"{_HEAD} 维修项目 工时费(元) 配件费(元) 金额(元) 付款方 预计完工 有效期 托修方（签名）",
    DocumentKind.ORDER: f"{_HEAD} 故障描述 接车信息 维修类别 预计完工 维修项目 维修配件 配件编号 其他费用 费用上限 "
    "旧件处理 洗车 在店等待 材料提供 授权方式 质量保证期 承修方（盖章） 托修方（签名）",
    DocumentKind.ADDITIONAL_WORK: f"{_HEAD} 发现问题 紧急程度 工时 金额(元) 车主意见 确认方式 确认时间 "
    "交车影响 托修方（签名）",
    DocumentKind.PICK_LIST: "仓库 货位 配件编码 配件名称 申领 实发 退回 维修项目 领料人（签名） 发料人（签名）",
    DocumentKind.QUALITY: "维修项目 主修人 检验内容 结果 路试 检验员 检验时间 自检（签名） 班组长（签名） "
    "质检员（签名）",
    DocumentKind.SETTLEMENT: f"{_HEAD} 结算清单编号 工时定额执行标准 维修类别 故障描述 出厂日期 出厂里程 结算工时 "
    "工时单价(元/工时) 工时费用(元) 材料名称 配件编码 数量 单价(元) 金额(元) 自备 其他费用 总费用 优惠 抹零 预付金额 "
    "实收金额 大写 旧件处理结果 质量保证期 承修方（盖章） 托修方（签名）",
    DocumentKind.CERTIFICATE: "合格证编号 托修方 车牌号码 车牌颜色 车辆类型 承修方 企业联系电话 维修类别 出厂日期 "
    "出厂里程表示值 发动机型号/编号 维修合同编号 进厂日期 质量保证期 质量检验员（签名） 接车人（签名）",
    DocumentKind.MAKER_RECORD: f"{_HEAD} 送修时间 消费者陈述 检查结果 修理项目 零部件名称 零部件编号 材料费(元) 工时 "
    "工时费(元) 拖运费用 备用车/交通补偿 交车时间 累计修理天数 修理者（签名盖章） 消费者（签名）",
}
"""The labels of each kind: 道路运输条例 art. 43 (labour and parts apart), JT/T 1133-2017, forms of city platforms."""


def _said(kind: DocumentKind, facts: Facts = FACTS) -> str:
    paper = CONTENTS[kind](facts)
    assert paper is not None
    return json.dumps(as_json(paper), ensure_ascii=False)


@pytest.mark.parametrize("kind", CONTENTS)
def test_each_kind_carries_every_label_it_must(kind: DocumentKind):
    said = _said(kind)
    assert [label for label in CARRIES[kind].split() if label not in said] == []
    assert kind.label in said


@pytest.mark.parametrize("kind", CONTENTS)
def test_nothing_is_printed_before_its_step_is_taken(kind: DocumentKind):
    assert CONTENTS[kind](Facts(ORDER, [], "")) is None


def test_a_work_order_is_not_printed_before_it_is_authorised():
    assert FACTS.estimate is not None
    sent = replace(FACTS, estimate=replace(FACTS.estimate, state=EstimateState.SENT))
    assert CONTENTS[DocumentKind.ORDER](sent) is None
    assert CONTENTS[DocumentKind.ESTIMATE](sent) is not None


def test_a_settlement_adds_up_and_says_its_sum_in_words():
    said = _said(DocumentKind.SETTLEMENT)
    for part in ("576.00", "1,108.00", "1,684.00", "205.60", "¥1,478.40", "人民币壹仟肆佰柒拾捌元肆角整", "工时8折"):
        assert part in said, part
    assert '"240.00", "288.00"' in said, "the rate of an hour is told where hours make the price"
    assert '"前刹车片", "PAD-X6", "否", "2", "340.00", "680.00"' in said


def test_a_settlement_tells_an_owner_nothing_of_what_others_pay():
    said = _said(DocumentKind.SETTLEMENT)
    assert "组合开关" not in said
    assert "320.00" not in said


def test_parts_that_are_bought_for_a_job_have_their_own_prices_unless_a_discount_made_one_of_them():
    pipe, ring = BoughtPart("空调高压管", 2, 180_00), BoughtPart("密封圈", 1, 20_00)
    used = [PartFacts(pipe.name, "WG-4-1", 2, RequestState.USED), PartFacts(ring.name, "WG-4-2", 1, RequestState.USED)]
    job = replace(_job(4, "更换空调高压管", 300_00, 380_00, *used), part_number="", outside_parts=[pipe, ring])

    def said(kind: DocumentKind, job: JobFacts) -> str:
        assert FACTS.bill is not None
        assert FACTS.estimate is not None
        bill, estimate = replace(FACTS.bill, lines=_billed(job)), replace(FACTS.estimate, lines=[_offered(job)])
        return _said(kind, replace(FACTS, jobs=[job], bill=bill, estimate=estimate))

    assert '"空调高压管", "WG-4-1", "否", "2", "180.00", "360.00"' in said(DocumentKind.SETTLEMENT, job)
    assert '"2", "密封圈（外购）", "WG-4-2", "1", "20.00", "更换空调高压管"' in said(DocumentKind.ORDER, job)
    less = replace(job, parts_fen=300_00)
    assert '"　其中：密封圈", "WG-4-2", "否", "1", "", ""' in said(DocumentKind.SETTLEMENT, less)
    assert '"空调高压管（外购）", "WG-4-1", "2", "300.00"' in said(DocumentKind.ORDER, less)


def test_only_major_work_leaves_with_a_certificate_and_only_the_makers_jobs_are_in_its_record():
    assert "二级维护" in _said(DocumentKind.CERTIFICATE)
    assert CONTENTS[DocumentKind.CERTIFICATE](replace(FACTS, jobs=[PADS, SWITCH])) is None
    assert CONTENTS[DocumentKind.MAKER_RECORD](replace(FACTS, jobs=[SERVICE, PADS])) is None
    record = _said(DocumentKind.MAKER_RECORD)
    assert '"组合开关", "", "W-1", "1.20", "90.00", "320.00"' in record
    assert "小保养" not in record
    failed = replace(FACTS, checks=(replace(FACTS.checks[0], has_passed=False),))
    assert CONTENTS[DocumentKind.CERTIFICATE](failed) is None
    assert CONTENTS[DocumentKind.MAKER_RECORD](failed) is None


def test_an_order_names_what_others_pay_without_its_price():
    said = _said(DocumentKind.ORDER)
    assert '"组合开关", "三包", "1.20", "—", "—", "—"' in said
    assert "320.00" not in said


def test_parts_of_a_job_that_share_a_price_are_named_below_its_sum():
    ring = PartFacts("放油螺栓垫片", "RING-1", 1, RequestState.USED)
    job = replace(SERVICE, parts=[OIL, ring])
    assert FACTS.bill is not None
    said = _said(DocumentKind.SETTLEMENT, replace(FACTS, jobs=[job], bill=replace(FACTS.bill, lines=_billed(job))))
    assert '"小保养 材料", "", "否", "1", "428.00", "428.00"' in said
    assert '"　其中：放油螺栓垫片", "RING-1", "否", "1", "", ""' in said


@pytest.mark.parametrize("kind", [DocumentKind.PICK_LIST, DocumentKind.QUALITY])
def test_papers_of_the_workshop_tell_no_phone_no_name_no_price_and_no_whole_vin(kind: DocumentKind):
    said = _said(kind)
    for part in ("13812345678", "张伟", "王芳", "LYFAA4182E2184847", "428.00", "680.00"):
        assert part not in said, part


def test_a_refused_item_is_refused_in_writing_and_is_not_in_the_sum():
    declined = replace(PADS, state=LineState.DECLINED)
    said = _said(DocumentKind.ADDITIONAL_WORK, replace(FACTS, jobs=[SERVICE, declined]))
    assert "不同意" in said
    assert '同意项目合计(元)", "0.00' in said


def test_a_failed_inspection_keeps_the_document_back_until_it_is_passed():
    failed = replace(FACTS.checks[0], has_passed=False, reason="螺栓未打扭矩")
    assert CONTENTS[DocumentKind.QUALITY](replace(FACTS, checks=(failed,))) is None
    assert "螺栓未打扭矩" in _said(DocumentKind.QUALITY, replace(FACTS, checks=(failed, *FACTS.checks)))


def test_what_was_signed_stays_when_an_owner_changes_their_phone_or_a_part_is_used():
    moved = replace(FACTS, order=replace(ORDER, phone="13900000000", owner="张大伟"))
    for kind in DocumentKind:
        assert basis_of(kind, moved) == basis_of(kind, FACTS)
    handed_out = replace(FACTS, jobs=[replace(SERVICE, parts=[replace(OIL, state=RequestState.ISSUED)])])
    assert basis_of(DocumentKind.ORDER, handed_out) == basis_of(DocumentKind.ORDER, FACTS)
    assert basis_of(DocumentKind.PICK_LIST, handed_out) != basis_of(DocumentKind.PICK_LIST, FACTS)


def test_the_promised_warranty_is_never_below_the_law():
    assert "10 天或 2,000 公里" in printed_words(RepairGuaranteePolicy())
    assert "100 天或 20,000 公里" in printed_words(RepairGuaranteePolicy())


def test_numbers_come_from_the_order_and_editions_and_reprints_are_marked():
    number = number_of(DocumentKind.ORDER, ORDER.number)
    assert number == "WT-S01-261123-0231"
    assert number_of(DocumentKind.ADDITIONAL_WORK, ORDER.number, 2) == "ZX-S01-261123-0231-2"
    assert [printed_number(number, edition) for edition in (1, 2)] == [number, f"{number}/2"]
    assert reprint_mark(0, AT, "李敏") == ""
    assert reprint_mark(1, AT, "李敏") == "补打 第1次 2026-11-23 10:05 李敏"
