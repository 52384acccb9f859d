"""Every message in `templates/messages/` may go out, in every variant, with its example and with its longest values."""

import importlib
import json
from pathlib import Path
from typing import Any

import pytest

from app import rooms
from campaigns.mass_channels import mass_channels
from crm_core.messaging.ways import channels
from crm_core.wording.catalogue import TEMPLATES, CardSpec, ChannelFile, MessageTemplate, SubscribeSpec, catalogue
from crm_core.wording.payloads import TemplateCard
from crm_core.wording.proofreading import Case, ShownCard, cases, proofread, render, templates_of
from crm_core.wording.rendering import SubscribeContent

MESSAGES = list(catalogue())
for _module in rooms.ways_out():  # Each channel states the limits that its texts must keep.
    importlib.import_module(_module)
HOW_TO = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "add-a-message.md"


def with_channel(channel: ChannelFile) -> list[Any]:
    return [pytest.param(message, id=message.id) for message in MESSAGES if channel in message.channels]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.id)
def test_a_message_has_nothing_to_correct(message: MessageTemplate) -> None:
    assert proofread(message) == []


def test_every_folder_is_a_message_and_every_file_is_read() -> None:
    of_mass_channels = {channel.file for channel in mass_channels()}
    known = {"message.toml", *ChannelFile, *(channel.file for channel in channels()), *of_mass_channels}
    strays = [path for path in TEMPLATES.glob("*/*") if path.name not in known]
    assert strays == []
    assert {path.name for path in TEMPLATES.iterdir() if path.is_dir()} == {message.name for message in MESSAGES}


def test_every_word_of_the_vocabulary_is_used() -> None:
    used = {name for message in MESSAGES for variant in message.variants for name in message.facts(variant)}
    assert catalogue().vocabulary.keys() == used


@pytest.mark.parametrize("message", with_channel(ChannelFile.SUBSCRIBE))
def test_a_subscribe_message_has_its_own_title(message: MessageTemplate) -> None:
    titles = [m.channels[ChannelFile.SUBSCRIBE].title for m in MESSAGES if ChannelFile.SUBSCRIBE in m.channels]
    spec = message.channels[ChannelFile.SUBSCRIBE]
    assert isinstance(spec, SubscribeSpec)
    assert titles.count(spec.title) == 1  # one pop-up drops templates that share a title


def _card(message: MessageTemplate, case: Case) -> TemplateCard:
    shown = render(message, case, ChannelFile.CARD)
    assert isinstance(shown, ShownCard)
    return shown.card


@pytest.mark.parametrize("message", with_channel(ChannelFile.CARD))
def test_card_buttons_act_on_one_version_of_one_object(message: MessageTemplate) -> None:
    for case in cases(message):
        for button in _card(message, case).get("button_list", []):
            if button["type"] == 0:
                assert button["key"].endswith(f":{message.meta.about}:12:3")
            else:
                assert button["url"].startswith("https://crm.example.com/console/")


@pytest.mark.parametrize("message", with_channel(ChannelFile.CARD))
def test_cards_fit_the_narrow_edition_of_wecom(message: MessageTemplate) -> None:
    for case in cases(message):
        card = _card(message, case)
        assert len(card["source"]["desc"]) <= 13
        assert len(card["main_title"]["title"]) <= 26
        assert len(card["main_title"]["desc"]) <= 30
        assert len(card["horizontal_content_list"]) <= 6
        assert all(len(row["keyname"]) <= 5 and len(row["value"]) <= 26 for row in card["horizontal_content_list"])


@pytest.mark.parametrize("message", with_channel(ChannelFile.SUBSCRIBE))
def test_subscribe_things_fit_twenty_characters(message: MessageTemplate) -> None:
    for case in cases(message):
        content = render(message, case, ChannelFile.SUBSCRIBE)
        assert isinstance(content, SubscribeContent)
        assert all(0 < len(field.value) <= 20 for field in content.fields if field.key_type == "thing")


def test_technicians_never_see_money_or_a_phone() -> None:
    for message in MESSAGES:
        spec = message.channels.get(ChannelFile.CARD)
        if not isinstance(spec, CardSpec) or "TEC" not in message.meta.to:
            continue
        variant = "technician" if "technician" in message.variants else message.variants[0]
        assert message.facts(variant).keys().isdisjoint({"amount_fen", "phone", "customer_name"}), message.id


@pytest.mark.parametrize("message", [m for m in MESSAGES if ChannelFile.GROUP_SEND in m.channels])
def test_mass_messages_name_no_person_and_no_car(message: MessageTemplate) -> None:
    personal = {"customer_name", "phone", "plate", "model_short", "items"}
    assert all(personal.isdisjoint(message.facts(variant)) for variant in message.variants)


@pytest.mark.parametrize("message", [m for m in MESSAGES if m.meta.kind == "marketing" and m.meta.to == ["customer"]])
def test_marketing_says_how_to_stop(message: MessageTemplate) -> None:
    for spec in message.channels.values():
        text = spec if isinstance(spec, str) else json.dumps(spec.model_dump(), ensure_ascii=False)
        assert "不再接收" in text or "拒收请回复R" in text


def test_the_how_to_page_lists_every_message_with_its_facts() -> None:
    table = HOW_TO.read_text(encoding="utf-8")
    for message in MESSAGES:
        assert table_row(message) in table, f"add to {HOW_TO.name}:\n{table_row(message)}"


def table_row(message: MessageTemplate) -> str:
    facts = ", ".join(f"`{name}`" for name in message.meta.facts)
    turns = [
        f"**{variant}**" + "".join(f" +`{name}`" for name in extra) for variant, extra in message.meta.variants.items()
    ]
    about = f"`{message.meta.about}`" if message.meta.about else ""
    holds = "always" if message.meta.holds == "always" else f"`{message.meta.holds}`"
    ways = " → ".join(way.by + (f" ({', '.join(way.variants)})" if way.variants else "") for way in message.meta.ways)
    return f"| {message.id} | `{message.name}` | {about} | {holds} | {ways} | {facts} | {'; '.join(turns)} |"


def test_no_template_reaches_beyond_its_facts() -> None:
    for message in MESSAGES:
        for variant in message.variants:
            assert all("__" not in text and "range(" not in text for text in templates_of(message, variant))
