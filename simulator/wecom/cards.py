"""template_card: what is enforced, what the client cuts, and what a passive reply makes of it (docs 90236, 90241)."""

import re
from dataclasses import asdict
from typing import Any

from simulator.doors import Call, Refusal
from simulator.records import Agent
from simulator.simulation import Simulation

CALLBACK_TYPES = frozenset({"button_interaction", "vote_interaction", "multiple_interaction"})
TYPES = CALLBACK_TYPES | {"text_notice", "news_notice"}
_TASK_ID = re.compile(r"[0-9A-Za-z_\-@]{1,128}")
KEY_BYTES = 1024
OPTION_ID_BYTES = 128
HORIZONTAL_ROWS, VERTICAL_ROWS, JUMPS, BUTTONS, MENU_ITEMS = 6, 4, 3, 6, 3
_OPTIONS = {"button_selection": 10, "checkbox": 20, "select_list": 10}


def check_card(call: Call, card: dict[str, Any], *, updating: bool = False) -> None:
    """Refuse what the platform refuses: types, ids, keys and list lengths. Long texts are only cut by the client.

    Raises:
        Refusal: 42014 task_id, 42017-42020 and 42038/42039 buttons, 42027-42037 the rest of the card.
    """
    kind = card.get("card_type")
    if kind not in TYPES:
        raise Refusal(42031, "card_type invalid")
    _check_task_id(call, card, needed=kind in CALLBACK_TYPES or bool(card.get("action_menu")), updating=updating)
    _check_common(card)
    if kind in ("text_notice", "news_notice"):
        _check_notice(kind, card)
    elif kind == "button_interaction":
        _check_buttons(card)
    else:
        _check_choice(kind, card)


def apply_passive_reply(simulation: Simulation, agent: Agent, event: dict[str, Any], message: dict[str, Any]) -> None:
    """update_button and update_template_card in a passive reply change the card of the one who clicked."""
    rows = simulation.world.inbox.where("task_id", f"{agent.agent_id}|{event.get('TaskId', '')}")
    row = next((row for row in rows if row.userid == event.get("FromUserName")), None)
    if message.get("MsgType") == "update_button" and row:
        row.replaced = {"button": {"replace_name": (message.get("Button") or {}).get("ReplaceName", "")}}
    elif message.get("MsgType") == "update_template_card" and row:
        row.replaced = {"template_card": message.get("TemplateCard")}
    elif message.get("MsgType") == "text":
        simulation.stream.publish(
            "passive_reply", {"userid": event["FromUserName"], "text": str(message.get("Content", ""))}
        )
        return
    if row:
        simulation.world.inbox.put(row)
        simulation.stream.publish("inbox", asdict(row))


def _check_task_id(call: Call, card: dict[str, Any], *, needed: bool, updating: bool) -> None:
    task_id = str(card.get("task_id") or "")
    if not task_id and not needed:
        return
    if not _TASK_ID.fullmatch(task_id):
        raise Refusal(42014, "task_id invalid")
    if not updating and call.simulation.world.inbox.where("task_id", f"{call.app.agent_id}|{task_id}"):
        raise Refusal(42014, "task_id used before")


def _check_common(card: dict[str, Any]) -> None:
    rows = card.get("horizontal_content_list") or []
    if len(rows) > HORIZONTAL_ROWS:
        raise Refusal(42035, f"horizontal_content_list exceeds {HORIZONTAL_ROWS}")
    for row in rows:
        if not row.get("keyname"):
            raise Refusal(42027, "keyname missing")
        if row.get("type") == 1 and not row.get("url"):
            raise Refusal(42028, "url missing")
        if row.get("type") == 2 and not row.get("media_id"):
            raise Refusal(42029, "media_id missing")
    jumps = card.get("jump_list") or []
    if len(jumps) > JUMPS:
        raise Refusal(42036, f"jump_list exceeds {JUMPS}")
    for jump in jumps:
        if not jump.get("title"):
            raise Refusal(42033, "title missing")
        _check_target(jump)
    if menu := card.get("action_menu"):
        actions = menu.get("action_list") or []
        if not 1 <= len(actions) <= MENU_ITEMS:
            raise Refusal(42037, f"action_list must have 1 to {MENU_ITEMS}")
        for action in actions:
            _check_key(action.get("key"), 42039)


def _check_notice(kind: str, card: dict[str, Any]) -> None:
    title = (card.get("main_title") or {}).get("title")
    if kind == "text_notice" and not title and not card.get("sub_title_text"):
        raise Refusal(42033, "main_title.title or sub_title_text missing")
    if kind == "news_notice" and not card.get("image_text_area") and not card.get("card_image"):
        raise Refusal(42028, "image_text_area or card_image missing")
    verticals = card.get("vertical_content_list") or []
    if len(verticals) > VERTICAL_ROWS or any(not row.get("title") for row in verticals):
        raise Refusal(42036, f"vertical_content_list takes {VERTICAL_ROWS} rows with a title")
    action = card.get("card_action") or {}
    if action.get("type") not in (1, 2):
        raise Refusal(42028, "card_action.type must be 1 or 2")
    _check_target(action)


def _check_buttons(card: dict[str, Any]) -> None:
    buttons = card.get("button_list") or []
    if not 1 <= len(buttons) <= BUTTONS:
        raise Refusal(42038, f"button_list must have 1 to {BUTTONS}")
    for button in buttons:
        if not button.get("text"):
            raise Refusal(42038, "button text missing")
        if button.get("type") == 1:
            _check_target(button)
        else:
            _check_key(button.get("key"), 42039)
    if selection := card.get("button_selection"):
        _check_options("button_selection", selection)


def _check_choice(kind: str, card: dict[str, Any]) -> None:
    if kind == "vote_interaction":
        _check_options("checkbox", card.get("checkbox") or {})
    else:
        selects = card.get("select_list") or []
        if not 1 <= len(selects) <= 3:
            raise Refusal(42037, "select_list must have 1 to 3")
        for select in selects:
            _check_options("select_list", select)
    submit = card.get("submit_button") or {}
    if not submit.get("text"):
        raise Refusal(42038, "submit_button.text missing")
    _check_key(submit.get("key"), 42039)


def _check_options(name: str, choice: dict[str, Any]) -> None:
    if not choice.get("question_key"):
        raise Refusal(42027, f"{name}.question_key missing")
    options = choice.get("option_list") or []
    if not 1 <= len(options) <= _OPTIONS[name]:
        raise Refusal(42037, f"{name}.option_list must have 1 to {_OPTIONS[name]}")
    for option in options:
        if not option.get("id") or len(str(option["id"]).encode()) > OPTION_ID_BYTES or not option.get("text"):
            raise Refusal(42037, f"{name} option id or text invalid")


def _check_key(key: Any, errcode: int) -> None:
    if not key or len(str(key).encode()) > KEY_BYTES:
        raise Refusal(errcode, "button key missing or invalid")


def _check_target(target: dict[str, Any]) -> None:
    if target.get("type") == 1 and not target.get("url"):
        raise Refusal(42028, "url missing")
    if target.get("type") == 2 and not target.get("appid"):
        raise Refusal(42030, "appid missing")
