"""A part may be worded within its frame: every value stays, once, and nothing that is code gets in."""

import pytest

from crm_core.wording.catalogue import catalogue
from crm_core.wording.parts import WordsRefused, parts_of, reworded
from crm_core.wording.proofreading import proofread


def test_states_times_sums_and_links_are_the_frame():
    parts = parts_of(catalogue().message("repair_progress"))
    assert set(parts) == {
        f"subscribe.explanation.{each}" for each in ("estimate_ready", "started", "postponed", "ready")
    }
    assert parts["subscribe.explanation.postponed"].shipped_words == "因{原因}，比原定晚 {晚多久}"
    assert set(parts_of(catalogue().message("appointment_new"))) == {"card.title", "card.desc"}
    assert parts_of(catalogue().message("group_send_visit")) == {}, "no verb says it"


def test_every_part_of_every_message_can_be_shown_and_typed_back():
    for message in catalogue():
        parts = parts_of(message)
        again = reworded(message, {key: part.shipped_words for key, part in parts.items()})
        assert proofread(again) == [], message.id
        for key, part in parts.items():
            assert "{{" not in part.shipped_words, key


def test_values_may_change_places():
    part = parts_of(catalogue().message("repair_progress"))["subscribe.explanation.postponed"]
    assert part.template("晚 {晚多久}：{原因}") == "晚 {{ delay_minutes | lasting }}：{{ reason }}"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("", "还没有写"),
        ("因{原因}晚了", "要保留{晚多久}"),
        ("因{原因}{原因}，晚 {晚多久}", "只能出现一次"),
        ("因{原因}，晚 {晚多久} {车牌}", "不能用{车牌}"),
        ("因{原因}，晚 {晚多久} {{ 7 * 7 }}", "不能用"),
        ("因{原因}，晚 {晚多久} {% raw %}", "不能用"),
        ("因{原因}，晚 {晚多久} {", "花括号"),
        ("因{原因}\n晚 {晚多久}", "一行"),
    ],
)
def test_words_that_do_not_fit_the_frame_are_refused(words: str, why: str):
    part = parts_of(catalogue().message("repair_progress"))["subscribe.explanation.postponed"]
    with pytest.raises(WordsRefused, match=why):
        part.template(words)


def test_reworded_texts_are_proofread_like_the_shipped_ones():
    message = catalogue().message("appointment_reminder")
    for words, why in (
        ("到店送好礼", "营销词"),
        ("全城第一的服务", "绝对化"),
        ("有事请打 13812345678", "完整手机号"),
        ("请带行驶证" * 5, "25 个字"),
    ):
        assert any(why in problem for problem in proofread(reworded(message, {"subscribe.hint": words}))), words
    assert proofread(reworded(message, {"subscribe.hint": "请带好行驶证，门口有人接您"})) == []
