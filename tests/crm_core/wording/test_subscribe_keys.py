"""Our fields are mapped to the account's own keys; a wrong map is reported before it costs an owner's accept."""

import json
from pathlib import Path

import pytest

from crm_core.wording.catalogue import catalogue
from crm_core.wording.facts import MessageProblem
from crm_core.wording.rendering import SubscribeContent, SubscribeField
from crm_core.wording.subscribe_keys import DEMO_KEYS, SubscribeTemplate, SubscribeTemplateMap

CONTENT = SubscribeContent(
    "S-X",
    "标题",
    "pages/x/index?id=1",
    (SubscribeField("car", "thing", "车辆", "云帆 X6"), SubscribeField("at", "time", "时间", "09:30")),
)


def test_the_demo_map_serves_every_subscribe_message() -> None:
    assert SubscribeTemplateMap.load().problems(catalogue()) == []


def test_no_two_messages_share_a_platform_template() -> None:
    ids = [template.template_id for template in SubscribeTemplateMap.load().templates.values()]
    assert len(set(ids)) == len(ids)


def test_fields_travel_under_the_accounts_keys() -> None:
    keys = SubscribeTemplateMap({"S-X": SubscribeTemplate(template_id="T1", keys={"car": "thing4", "at": "time2"})})
    request = keys.request(CONTENT)
    assert (request.template_id, request.page) == ("T1", "pages/x/index?id=1")
    assert request.data == {"thing4": {"value": "云帆 X6"}, "time2": {"value": "09:30"}}
    assert keys.template_id("S-X") == "T1"


@pytest.mark.parametrize("keys", [{}, {"S-X": SubscribeTemplate(template_id="T1", keys={"car": "thing4"})}])
def test_a_message_the_account_cannot_carry_is_refused(keys: dict[str, SubscribeTemplate]) -> None:
    with pytest.raises(MessageProblem, match="S-X"):
        SubscribeTemplateMap(keys).request(CONTENT)


@pytest.mark.parametrize(
    ("field", "key", "said"),
    [
        ("car", "car_number2", "要 thing 类型的字段，配置的是 car_number2"),
        ("car", "", "没有配置平台字段（像 thing1）"),
        ("car", "thing", "没有配置平台字段（像 thing1）"),
        ("car", "time3", "要 thing 类型"),
        ("store", "thing2", "两个字段用了同一个平台字段"),
        ("colour", "thing9", "多出的字段 colour"),
    ],
)
def test_a_wrong_key_is_named_in_chinese(tmp_path: Path, field: str, key: str, said: str) -> None:
    keys = json.loads(DEMO_KEYS.read_text(encoding="utf-8"))
    keys["S-APPT-RESULT"]["keys"][field] = key
    file = tmp_path / "keys.json"
    file.write_text(json.dumps(keys), encoding="utf-8")
    assert any(said in problem for problem in SubscribeTemplateMap.load(file).problems(catalogue()))


def test_a_date_key_may_carry_a_time_since_it_takes_one() -> None:
    templates = dict(SubscribeTemplateMap.load().templates)
    result = templates["S-APPT-RESULT"]
    templates["S-APPT-RESULT"] = result.model_copy(update={"keys": result.keys | {"starts_at": "date3"}})
    assert SubscribeTemplateMap(templates).problems(catalogue()) == []


def test_missing_empty_and_surplus_templates_are_told() -> None:
    templates = dict(SubscribeTemplateMap.load().templates)
    del templates["S-BILL"]
    templates["S-EXTRA"] = templates["S-EXTRA"].model_copy(update={"template_id": ""})
    templates["S-OLD"] = SubscribeTemplate(template_id="T", keys={})
    told = "\n".join(SubscribeTemplateMap(templates).problems(catalogue()))
    assert "S-BILL「账单待支付提醒」：还没有配置模板 ID 和字段" in told
    assert "S-EXTRA「增项待确认提醒」：模板 ID 是空的" in told
    assert "S-OLD：没有这条消息，可以从配置里删掉" in told


@pytest.mark.parametrize("content", ["{", "[]", '{"S-X": {"template": "T"}}'])
def test_a_malformed_map_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "keys.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(MessageProblem):
        SubscribeTemplateMap.load(file)
