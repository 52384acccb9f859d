"""A value that does not fit a policy is refused with a sentence that names the bounds."""

from datetime import time
from decimal import Decimal

import pytest

from campaigns.broadcasts.rules import BroadcastPolicy
from crm_core.appointments.rules import AppointmentPolicy
from crm_core.contact.rules import ContactPolicy
from crm_core.coupons.rules import CouponPolicy
from crm_core.customers.rfm import RfmPolicy
from crm_core.policies.declaring import rules_of
from crm_core.policies.kinds import OutOfBounds, keep, read, tell
from crm_core.repair_orders.goodwill import GoodwillPolicy


@pytest.mark.parametrize(
    ("policy", "field", "kept", "said"),
    [
        (AppointmentPolicy, "hold_minutes", 31, "填写预约时占位应在 3 到 30 分钟 之间。"),
        (AppointmentPolicy, "hold_minutes", True, "填写预约时占位要填整数。"),
        (AppointmentPolicy, "hold_minutes", "10", "填写预约时占位要填整数。"),
        (AppointmentPolicy, "reminder_day_before_at", "8:00", "前一天提醒的时刻要填时刻，如 18:00。"),
        (AppointmentPolicy, "reminder_day_before_at", "23:00", "前一天提醒的时刻应在 09:00 到 20:30 之间。"),
        (GoodwillPolicy, "manager_limit_fen", 5_000_01, "服务经理可自行决定的善意金额应在 0.00 到 5,000.00 元 之间。"),
        (BroadcastPolicy, "stop_percent", "NaN", "退订投诉停止线要填数字。"),
        (CouponPolicy, "reminder_days_before", [], "到期前几天提醒要填 1 到 5 个值。"),
        (CouponPolicy, "reminder_days_before", 3, "到期前几天提醒要填一组值。"),
        (RfmPolicy, "paid_visits", [5, 4, 3], "付费到店次数：5、4、3、2 级要填 4 个值。"),
        (ContactPolicy, "message_windows", [["20:00", "09:00"]], "营销消息时段的每段开始要早于结束。"),
        (
            ContactPolicy,
            "message_windows",
            [["09:00", "12:00"], ["11:00", "15:00"]],
            "营销消息时段的各段要按先后，不能重叠。",
        ),
        (ContactPolicy, "message_windows", [["09:00"]], "营销消息时段的每段要有开始和结束。"),
        (ContactPolicy, "message_windows", [["07:00", "09:00"]], "营销消息时段应在 08:00 到 21:00 之间。"),
    ],
)
def test_what_is_no_value_is_refused_in_chinese(policy, field, kept, said):
    with pytest.raises(OutOfBounds) as refusal:
        read(rules_of(policy)[field], kept)
    assert str(refusal.value) == said


@pytest.mark.parametrize(
    ("policy", "field", "value", "kept", "told"),
    [
        (AppointmentPolicy, "hold_minutes", 15, 15, "15 分钟"),
        (AppointmentPolicy, "confirm_within_minutes", 90, 90, "90 分钟"),
        (AppointmentPolicy, "confirm_within_minutes", 120, 120, "2 小时"),
        (AppointmentPolicy, "bookable_percent", 80, 80, "80%"),
        (AppointmentPolicy, "reminder_day_before_at", time(17, 30), "17:30", "17:30"),
        (GoodwillPolicy, "manager_limit_fen", 800_00, 80000, "800.00 元"),
        (BroadcastPolicy, "stop_percent", Decimal("0.5"), "0.5", "0.5%"),
        (CouponPolicy, "reminder_days_before", (5, 1), [5, 1], "5、1 天"),
        (ContactPolicy, "message_windows", ((time(9), time(20)),), [["09:00", "20:00"]], "09:00–20:00"),
    ],
)
def test_a_value_is_kept_read_and_told(policy, field, value, kept, told):
    rule = rules_of(policy)[field]
    assert keep(value) == kept
    assert read(rule, kept) == value
    assert tell(rule, value) == told
