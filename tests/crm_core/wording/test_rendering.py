"""Facts become exactly what each platform takes, or are refused."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.dealerships.brand import Brand
from crm_core.wording.about import About, ButtonKey
from crm_core.wording.catalogue import ChannelFile, catalogue
from crm_core.wording.facts import FactValue, Kind, MessageProblem, MissingFact, UnknownFact, UntellableFact, WrongFact
from crm_core.wording.payloads import TemplateCard
from crm_core.wording.proofreading import Case, render
from crm_core.wording.rendering import (
    render_card,
    render_card_after,
    render_group_send,
    render_page,
    render_subscribe,
    render_text,
    render_welcome,
)
from crm_core.wording.templating import OverLimit

NOW = datetime.fromisoformat("2026-11-23T10:24:00+08:00")
SLOT = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
APPOINTMENT = About("appointment", 12, 3)
BRAND = Brand("远航", "远航汽车")
RESULT: dict[str, FactValue] = {
    "model_short": "云帆 X6",
    "plate": "粤BD1245",
    "starts_at": SLOT,
    "store_short": "深圳南山店",
    "late_minutes": 15,
}
NEW: dict[str, FactValue] = {
    "confirm_by": "2026-11-23T12:20:00+08:00",
    "starts_at": SLOT,
    "model_short": "云帆 X6",
    "plate": "粤BD1245",
    "customer_name": "张伟",
    "visit_number": 3,
    "items": ["小保养"],
    "parts_note": "齐 · 可用券 1 张",
    "note": "在店等",
}


def card(**changed: FactValue) -> TemplateCard:
    return render_card(
        "C-APPT-NEW",
        NEW | changed,
        about=APPOINTMENT,
        brand=BRAND,
        task_id="message-7",
        now=NOW,
        base_url="https://crm.example.com/",
    )


def rows(payload: TemplateCard) -> dict[str, str]:
    return {row["keyname"]: row["value"] for row in payload["horizontal_content_list"]}


def test_a_subscribe_message_has_its_title_page_and_fields() -> None:
    content = render_subscribe("S-APPT-RESULT", RESULT, variant="confirmed", about=APPOINTMENT)
    assert content.title == "预约结果通知"
    assert content.page == "pages/booking/appointment?id=12"
    assert [(f.field, f.key_type, f.label, f.value) for f in content.fields] == [
        ("result", "phrase", "结果", "已确认"),
        ("car", "thing", "车辆", "云帆 X6 粤B·D**45"),
        ("starts_at", "time", "到店时间", "2026年11月23日 09:30"),
        ("store", "thing", "门店", "深圳南山店"),
        ("hint", "thing", "提示", "晚到 15 分钟内仍为您保留"),
    ]


def test_a_message_is_found_by_its_folder_as_well_as_by_its_id() -> None:
    by_folder = render_subscribe("appointment_result", RESULT, variant="cancelled", about=APPOINTMENT)
    assert by_folder == render_subscribe("S-APPT-RESULT", RESULT, variant="cancelled", about=APPOINTMENT)
    assert by_folder.fields[0].value == "已取消"


def test_a_card_is_the_payload_wecom_takes() -> None:
    assert card() == {
        "card_type": "button_interaction",
        "source": {"desc": "远航 · 服务"},
        "main_title": {"title": "新预约待确认", "desc": "12:20 前确认，逾期转服务经理"},
        "horizontal_content_list": [
            {"keyname": "到店", "value": "周一 11月23日 09:30"},
            {"keyname": "车辆", "value": "云帆 X6 粤B·D**45"},
            {"keyname": "客户", "value": "张* · 第 3 次到店"},
            {"keyname": "项目", "value": "小保养"},
            {"keyname": "配件", "value": "齐 · 可用券 1 张"},
            {"keyname": "留言", "value": "在店等"},
        ],
        "card_action": {"type": 1, "url": "https://crm.example.com/console/appointments/12"},
        "task_id": "message-7",
        "button_list": [
            {"text": "确认", "style": 1, "type": 0, "key": "confirm:appointment:12:3"},
            {
                "text": "改时间",
                "style": 2,
                "type": 1,
                "url": "https://crm.example.com/console/appointments/12?do=reschedule",
            },
            {"text": "看详情", "style": 2, "type": 1, "url": "https://crm.example.com/console/appointments/12"},
        ],
    }


def test_a_row_goes_when_its_optional_fact_is_missing() -> None:
    assert "留言" not in rows(card(note=None))
    assert rows(card(plate=None))["车辆"] == "云帆 X6"


def test_a_deadline_on_another_day_says_which() -> None:
    assert card(confirm_by=SLOT.replace(day=24))["main_title"]["desc"] == "11月24日 09:30 前确认，逾期转服务经理"


def test_a_note_with_a_phone_a_link_and_a_line_break_arrives_harmless() -> None:
    note = rows(card(note="打13800005678\n<a href='x'>点我</a>"))["留言"]
    assert "13800005678" not in note
    assert "<" not in note
    assert "\n" not in note


def test_a_value_is_data_and_never_a_template() -> None:
    assert rows(card(note="{{ brand.short }}"))["留言"] == "{{ brand.short }}"


def test_the_technicians_copy_of_an_answer_has_no_money() -> None:
    facts: dict[str, FactValue] = {
        "plate": "粤BD1245",
        "model_short": "云帆 X6",
        "accepted": ["前刹车片更换", "空调滤芯"],
        "declined": [],
        "decided_at": NOW,
        "promised_at": NOW,
    }
    about = About("additional_work", 5)

    def render(variant: str, **more: Any) -> dict[str, str]:
        return rows(
            render_card(
                "C-EXTRA-ANSWER",
                facts | more,
                variant=variant,
                about=about,
                brand=BRAND,
                task_id="1",
                now=NOW,
                base_url="https://x",
            )
        )

    assert render("advisor", amount_fen=178_200)["金额"] == "+1,782.00 元"
    assert "金额" not in render("technician")
    assert render("technician")["不做"] == "无"


def test_a_clicked_card_says_who_did_what_when() -> None:
    update = render_card_after(
        "C-APPT-NEW",
        NEW,
        outcome="confirm",
        who="李敏",
        at=NOW,
        about=APPOINTMENT,
        brand=BRAND,
        base_url="https://crm.example.com",
    )
    assert update.replace_name == "已确认"
    assert update.template_card is not None
    assert update.template_card["main_title"] == {"title": "预约已确认", "desc": "李敏 11月23日 10:24 确认"}
    assert update.template_card["replace_text"] == "已确认"
    assert "task_id" not in update.template_card


def test_a_click_that_changes_only_the_button_leaves_the_card() -> None:
    message = catalogue().message("C-PROMISE")
    facts = {name: fact.example for name, fact in message.facts(None).items()}
    about = About("repair_order", 9)
    update = render_card_after(message, facts, outcome="keep", who="欧阳娜娜娜", at=NOW, about=about, brand=BRAND)
    assert (update.replace_name, update.template_card) == ("欧阳娜…：能按时", None)


def test_an_outcome_the_card_does_not_know_is_refused() -> None:
    with pytest.raises(MessageProblem, match="explode"):
        render_card_after("C-APPT-NEW", NEW, outcome="explode", who="李敏", at=NOW, about=APPOINTMENT, brand=BRAND)


def test_a_welcome_has_its_text_and_mini_program_card() -> None:
    facts = {"store_short": "深圳南山店", "consultant": "王芳", "coupon": "小保养立减100"}
    message = render_welcome(
        "WELCOME",
        facts,
        variant="coupon",
        about=About("claim_ticket", "aB3_x"),
        app_id="wx1",
        picture_media_id="M1",
    )
    assert message["text"]["content"].startswith(
        "您好，我是深圳南山店王芳，很高兴认识您！已为您备好一张小保养立减100，"
    )
    assert message["attachments"] == [
        {
            "msgtype": "miniprogram",
            "miniprogram": {
                "title": "领取小保养立减100，预约更省心",
                "pic_media_id": "M1",
                "appid": "wx1",
                "page": "pages/gift/claim.html?ticket=aB3_x",
            },
        }
    ]


def test_a_welcome_without_a_coupon_promises_none() -> None:
    message = render_welcome(
        "WELCOME",
        {"store_short": "深圳南山店", "consultant": "王芳"},
        variant="plain",
        about=None,
        app_id="wx1",
        picture_media_id="M1",
    )
    assert "券" not in str(message)


def test_a_mass_message_tells_how_to_stop_and_names_nobody() -> None:
    message = catalogue().message("GROUP-WAKE-UP")
    facts = {name: fact.example for name, fact in message.facts(None).items()}
    rendered = render_group_send(message, facts, about=About("campaign", 4), app_id="wx1", picture_media_id="M1")
    assert "不想再收到，打开卡片点“不再接收”。" in rendered["text"]["content"]
    assert facts.keys().isdisjoint({"customer_name", "phone", "plate", "model_short"})


def test_an_sms_is_signed_and_can_be_refused() -> None:
    text = render_text(
        "GROUP-VISIT",
        {"season_line": "天冷了。", "store_short": "深圳南山店", "url": "yf.cn/k7Qm2x"},
        brand=BRAND,
        channel=ChannelFile.SMS,
    )
    assert text == "【远航汽车】天冷了。在线约保养不用等，点 yf.cn/k7Qm2x 选时间。拒收请回复R"


def test_a_second_click_hears_who_was_first() -> None:
    facts: dict[str, FactValue] = {"handler": "李敏", "handled_at": NOW}
    assert render_text("BOT-CARD-HANDLED", facts, brand=BRAND, now=NOW) == "已由李敏在 10:24 处理，不用再点。"


def test_the_opt_out_page_says_what_stops_and_what_stays() -> None:
    page = render_page("PAGE-OPT-OUT", {})
    assert page.text.startswith("已停止给您发优惠消息，所有门店、所有渠道立即生效。")
    assert page.button == "恢复"


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"store_short": None}, MissingFact),
        ({"store_short": "  \u200b"}, WrongFact),
        ({"store_short": 7}, WrongFact),
        ({"starts_at": datetime(2026, 11, 23, 9, 30)}, WrongFact),  # noqa: DTZ001 that is the mistake
        ({"starts_at": "明天上午"}, WrongFact),
    ],
)
def test_a_fact_that_is_missing_or_wrong_is_refused_by_name(changed: dict[str, Any], problem: type[Exception]) -> None:
    name = next(iter(changed))
    with pytest.raises(problem, match=name):
        render_subscribe("S-APPT-RESULT", RESULT | changed, variant="confirmed", about=APPOINTMENT)


def test_a_refusal_never_quotes_the_value() -> None:
    message = catalogue().message("C-NOSHOW")
    facts = {name: fact.example for name, fact in message.facts(None).items()}
    with pytest.raises(WrongFact) as refused:
        message.keep(facts | {"phone": ["13800005678"]})
    assert "1380000" not in str(refused.value)


def test_kept_facts_are_masked_and_render_the_same_later() -> None:
    message = catalogue().message("C-APPT-NEW")
    kept = message.keep(NEW)
    assert (kept["plate"], kept["customer_name"]) == ("粤B·D**45", "张*")
    assert kept["starts_at"] == "2026-11-23T01:30:00+00:00"
    assert card(**kept) == card()


@given(st.data())
def test_whatever_a_record_holds_every_message_can_be_kept_and_read(data: st.DataObject) -> None:
    message = data.draw(st.sampled_from(sorted(catalogue(), key=lambda each: each.id)), label="message")
    variant = data.draw(st.sampled_from(message.variants))
    facts: dict[str, Any] = {}
    for name, fact in message.facts(variant).items():
        if fact.kind in (Kind.TEXT, Kind.PERSON, Kind.PHONE, Kind.PLATE, Kind.CODE):
            unseen = st.text("\u200b\u3164\ufeff\ue000 <\n", max_size=4)
            facts[name] = data.draw(st.none() | st.text(max_size=60) | unseen)
        elif fact.kind is Kind.TEXTS:
            facts[name] = data.draw(st.lists(st.text(max_size=20), max_size=4))
        else:
            facts[name] = fact.example
    kept = message.keep(facts, variant)
    for channel in message.channels:
        render(message, Case("any", variant, kept, "李敏"), channel)


@pytest.mark.parametrize(
    ("message", "fact", "value", "shown"),
    [
        ("C-NOSHOW", "customer_name", "\u200b", "客户"),
        ("C-NOSHOW", "customer_name", None, "客户"),
        ("C-NOSHOW", "phone", None, "无电话"),
        ("C-NOSHOW", "phone", "+85251234567", "+852****4567"),
        ("S-APPT-RESULT", "store_short", "\u3164", "无"),
        ("S-RECEIPT", "ro_number", "单", "-"),
        ("S-RECEIPT", "ro_number", "工单 RO-S01-1é", "RO-S01-1"),
    ],
)
def test_what_a_record_leaves_empty_has_a_word_that_stands_for_it(message, fact, value, shown) -> None:
    found = catalogue().message(message)
    variant = found.variants[0]
    facts = {name: each.example for name, each in found.facts(variant).items()}
    assert found.keep(facts | {fact: value}, variant)[fact] == shown


def test_a_sum_or_an_instant_that_is_not_known_is_never_made_up() -> None:
    message = catalogue().message("S-APPT-RESULT")
    with pytest.raises(UntellableFact, match="starts_at"):
        message.keep(RESULT | {"starts_at": None}, "confirmed")


def test_facts_of_another_message_are_refused_when_kept() -> None:
    message = catalogue().message("S-APPT-RESULT")
    with pytest.raises(UnknownFact, match="amount_fen"):
        message.keep(RESULT | {"amount_fen": 1}, "confirmed")
    with pytest.raises(UnknownFact, match="forgotten"):
        message.keep(RESULT, "forgotten")


def test_a_message_about_the_wrong_thing_is_refused() -> None:
    with pytest.raises(WrongFact, match="appointment"):
        render_subscribe("S-APPT-RESULT", RESULT, variant="confirmed", about=About("bill", 12))


def test_a_sum_too_long_for_its_field_is_refused_not_cut() -> None:
    facts = {"model_short": "云帆 X6", "plate": None, "ready_at": SLOT, "amount_fen": 100_000_000}
    with pytest.raises(WrongFact, match="amount_fen"):
        render_subscribe("S-PROGRESS", facts, variant="estimate_ready", about=About("repair_order", 1))


def test_a_task_id_wecom_would_refuse_is_refused_here() -> None:
    with pytest.raises(OverLimit, match="task_id"):
        render_card("C-APPT-NEW", NEW, about=APPOINTMENT, brand=BRAND, task_id="消息 7", now=NOW, base_url="https://x")


def test_a_button_key_reads_back_as_it_was_written() -> None:
    key = ButtonKey("confirm", APPOINTMENT)
    assert ButtonKey.parse(str(key)) == ButtonKey("confirm", About("appointment", "12", 3))


@pytest.mark.parametrize("forged", ["", "confirm", "confirm:appointment:12", "confirm:appointment:1 2:3",
                                    "confirm:appointment:12:-1", "confirm:appointment:12:³", "a:b:c:1:2",
                                    "Confirm:appointment:12:3", "confirm:a/../b:12:3"])  # fmt: skip
def test_a_key_we_never_made_is_refused(forged: str) -> None:
    with pytest.raises(WrongFact):
        ButtonKey.parse(forged)


def test_about_reads_the_form_message_rows_keep() -> None:
    assert About.parse("appointment:12") == About("appointment", "12", 0)
    assert About.parse("appointment:12:3") == About("appointment", "12", 3)
    with pytest.raises(WrongFact):
        About.parse("appointment")
