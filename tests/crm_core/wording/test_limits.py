"""Each platform limit, at the last value it accepts and the first it refuses."""

from typing import Any

import pytest

from crm_core.wording import limits
from crm_core.wording.payloads import ChatAttachment, MiniProgram, TemplateCard


@pytest.mark.parametrize(
    ("key_type", "fits", "refused"),
    [
        ("thing", "字" * 20, "字" * 21),
        ("thing", "云帆 X6 粤B·D**45", ""),
        ("thing", "一行", "两\n行"),
        ("thing", "𠮷" * 10, "𠮷" * 11),
        ("phrase", "待您确认了", "待您确认了吗"),
        ("phrase", "已确认", "已确认1"),
        ("character_string", "R" * 32, "R" * 33),
        ("character_string", "RO-S01-261123-0231", "工单 0231"),
        ("number", "9" * 32, "9" * 33),
        ("number", "2.5", "2 项"),
        ("amount", "99999999.99元", "999999999.99元"),
        ("amount", "¥88", "1,782.00元"),
        ("time", "2026年11月23日 09:30", "11月23日 09:30"),
        ("time", "2026年11月23日 09:30~10:30", "2026年11月23日"),
        ("time", "23:59", "24:00"),
        ("date", "2026年11月23日", "2026-11-23"),
        ("car_number", "粤BD12345", "粤B·D**45"),
    ],
)
def test_a_subscribe_value_is_refused_where_wechat_would(key_type: str, fits: str, refused: str) -> None:
    assert limits.subscribe_value("字段", key_type, fits) == []
    assert limits.subscribe_value("字段", key_type, refused) != []


def test_an_unknown_key_type_is_refused() -> None:
    assert limits.subscribe_value("字段", "emoji", "x") == ["字段：不认识的类型 emoji"]


def _card(**changed: Any) -> TemplateCard:
    card: Any = {
        "source": {"desc": "源" * 13},
        "main_title": {"title": "题" * 26, "desc": "说" * 30},
        "horizontal_content_list": [{"keyname": "名" * 5, "value": "值" * 26}] * 6,
        "button_list": [{"text": "钮" * 10, "key": "k" * 1024}] * 6,
        "task_id": "a" * 128,
    }
    filled: TemplateCard = card | changed
    return filled


def test_a_card_at_every_limit_fits() -> None:
    assert limits.card(_card()) == []


@pytest.mark.parametrize(
    "changed",
    [
        {"source": {"desc": "源" * 14}},
        {"main_title": {"title": "题" * 27, "desc": "说"}},
        {"main_title": {"title": "题", "desc": "说" * 31}},
        {"main_title": {"title": "", "desc": "说"}},
        {"horizontal_content_list": [{"keyname": "名" * 6, "value": "值"}]},
        {"horizontal_content_list": [{"keyname": "名", "value": "值" * 27}]},
        {"horizontal_content_list": [{"keyname": "名", "value": "值"}] * 7},
        {"button_list": [{"text": "钮" * 11, "key": "k"}]},
        {"button_list": [{"text": "钮", "key": "k" * 1025}]},
        {"button_list": [{"text": "钮", "url": "u" * 2049}]},
        {"button_list": [{"text": "钮", "key": "k"}] * 7},
        {"task_id": "a" * 129},
        {"task_id": "a:1"},
    ],
)
def test_a_card_one_over_a_limit_is_named(changed: dict[str, object]) -> None:
    assert len(limits.card(_card(**changed))) == 1


def test_mini_program_titles_are_counted_in_bytes() -> None:
    def titled(title: str) -> list[ChatAttachment]:
        program: MiniProgram = {"title": title, "pic_media_id": "M", "appid": "wx1", "page": "pages/home"}
        return [{"msgtype": "miniprogram", "miniprogram": program}]

    assert limits.attachments(titled("题" * 21)) == []
    assert limits.attachments(titled("题" * 22)) != []
    assert limits.attachments(titled("题") * 10) != []
