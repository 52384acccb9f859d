"""A bad message is caught by the preview, never by a customer: each mistake is made once in a copy of the templates."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from crm_core.wording.catalogue import TEMPLATES, Catalogue
from crm_core.wording.facts import MessageProblem
from crm_core.wording.preview import main, preview
from crm_core.wording.proofreading import proofread

Edit = Callable[[str, str, str], Catalogue]


@pytest.fixture
def edit(tmp_path: Path) -> Edit:
    root = tmp_path / "messages"
    shutil.copytree(TEMPLATES, root)

    def replace(file: str, old: str, new: str) -> Catalogue:
        text = (root / file).read_text(encoding="utf-8")
        assert old in text
        (root / file).write_text(text.replace(old, new), encoding="utf-8")
        return Catalogue.load(root)

    return replace


RESULT, CARD, NEWS = "appointment_result/subscribe.json", "appointment_new/card.json", "appointment_new/message.toml"


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        (RESULT, "{{ store_short }}", "{{ shop }}", "用了没有声明的占位（confirmed）：shop"),
        (RESULT, "{{ store_short }}", "本店", "声明了却没有用到的占位（confirmed）：store_short"),
        (RESULT, "按新时间到店即可", "按新时间到店即可，我们会一直在店里等您来的", "要求1 到 20 个字"),
        (RESULT, "已改期", "已经改期成功", "要求1 到 5 个汉字"),
        (RESULT, "按新时间到店即可", "限时福利", "服务通知里有营销词「福利」"),
        (RESULT, "已改期", "全网第一", "绝对化用语「第一」"),
        (RESULT, "starts_at | subscribe_time", "starts_at", "shows a datetime without a format"),
        (RESULT, '"cancelled": "已取消"', '"canceled": "已取消"', "没有声明的变体：canceled"),
        (RESULT, '"cancelled": "已取消"', '"rescheduled": "已取消"', "says nothing for variant 'cancelled'"),
        (CARD, "新预约待确认", "新预约待确认" * 5, "标题：30 个字，应在 1 到 26 之间"),
        (CARD, '"action": "confirm"', '"action": "agree"', "按钮「确认」没有写点过之后的样子"),
        (CARD, '"needs": "note"', '"needs": "remark"', "用了没有声明的占位：remark"),
        (CARD, "button_interaction", "text_notice", "通知卡片不能有"),
        (CARD, "{{ customer_name }}", "{{ customer_name }} 13800005678", "露出完整手机号"),
        (CARD, "{{ customer_name }}", "{{ customer_name }} 粤B·D1245", "露出完整车牌"),
        (CARD, "{{ parts_note }}", "LYFAA4DE1T1000001", "露出完整车架号"),
        (NEWS, '"parts_note"', '"parts_noted"', "not in facts.toml: parts_noted"),
        ("loan_car_told/sms.txt", "告诉我们", "告诉我们一声" * 5, "短信：96 个字，应在 1 到 70 之间"),
        ("group_send_wake_up/group_send.json", "领取{{ coupon }}", "快来领取{{ coupon }}", "小程序卡片标题"),
        ("welcome/welcome.json", "很高兴认识您", "我们是最好的店", "绝对化用语「最」"),
    ],
)
def test_a_mistake_in_a_message_is_named(edit: Edit, file: str, old: str, new: str, said: str) -> None:
    messages = edit(file, old, new)
    assert any(said in problem for problem in proofread(messages.message(file.split("/")[0])))


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("facts.toml", 'kind = "plate"', 'kind = "number_plate"'),
        ("facts.toml", 'example = "粤BD1245"', "example = 5"),
        ("appointment_new/message.toml", 'kind = "service"', 'kind = "advert"'),
        ("bill_due/message.toml", 'id = "S-BILL"', 'id = "S-EXTRA"'),
    ],
)
def test_a_malformed_catalogue_does_not_load(edit: Edit, file: str, old: str, new: str) -> None:
    with pytest.raises(MessageProblem):
        edit(file, old, new)


def test_a_misspelt_key_in_a_channel_file_is_named(edit: Edit) -> None:
    messages = edit(RESULT, '"label"', '"lable"')
    assert any("lable" in problem for problem in proofread(messages.message("appointment_result")))


def test_the_preview_fails_the_build_and_lists_the_offender(edit: Edit) -> None:
    messages = edit(CARD, "新预约待确认", "新预约待确认" * 5)
    printed: list[str] = []
    assert preview(echo=printed.append, messages=messages) == 1
    assert any(line.startswith("✗ C-APPT-NEW") and "标题" in line for line in printed)
    # Every message, and the map of the account's own keys.
    assert printed[-1] == f"共 {len(messages.messages) + 1} 项，1 项有问题。"


def test_the_preview_shows_one_message_in_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--id", "C-APPT-NEW"]) == 0
    printed = capsys.readouterr().out
    assert "新预约待确认" in printed
    assert "[确认] [改时间] [看详情]" in printed
    assert "S-BILL" not in printed


def test_the_preview_of_an_unknown_message_lists_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["C-NOTHING"]) == 2
    assert "C-APPT-NEW" in capsys.readouterr().out


def test_the_gallery_is_one_page_that_escapes_what_it_shows(edit: Edit, tmp_path: Path) -> None:
    messages = edit("card_failed/wecom_text.txt", "没有处理成功", "<script>没有处理成功")
    page = tmp_path / "gallery.html"
    preview(html_path=page, echo=lambda line: None, messages=messages)
    html = page.read_text(encoding="utf-8")
    assert "S-APPT-RESULT" in html
    assert "&lt;script&gt;没有处理成功" in html
