"""What an employee does in WeCom: read app messages, press a card's button, confirm a mass message, log in."""

from dataclasses import asdict
from typing import Any

from simulator.control.hands import Hand, HandRefused, find_member, find_person, route
from simulator.records import AppMessage, MassTask
from simulator.wecom import mass_messages
from simulator.wecom.callbacks import app_event, app_message, check_url
from simulator.wecom.login import new_code
from simulator.wecom.messages import new_response_code
from simulator.weixin.pushes import check_url as check_push_url

INBOX_LIMIT = 200


@route("GET", "/staff/<userid:str>/inbox")
async def inbox(hand: Hand) -> Any:
    """The app messages of a member, newest first."""
    rows = hand.simulation.world.inbox.where("userid", hand.member().userid.lower())
    return {"messages": rows[::-1][: hand.number("limit", 50, INBOX_LIMIT)]}


@route("POST", "/inbox/<message_id:str>/click")
async def click(hand: Hand) -> Any:
    """Press a button of a card: `{key, selected: {question_key: [option_id]}, menu}`."""
    world = hand.simulation.world
    row = world.inbox.get(hand.path["message_id"])
    if row is None or row.msgtype != "template_card":
        raise HandRefused(404, "no_card", "no such card")
    if row.recalled:
        raise HandRefused(409, "recalled", "the card was taken back")
    agent = world.agents.get(str(row.agent_id))
    if agent is None:
        raise HandRefused(404, "no_agent", "the app is gone")
    key = str(hand.need("key"))
    if key not in _keys(row):
        raise HandRefused(422, "no_button", "the card has no such button")
    row.clicked.append(key)
    world.inbox.put(row)
    fields: dict[str, Any] = {
        "EventKey": key,
        "TaskId": row.task_id,
        "CardType": row.body["card_type"],
        "ResponseCode": new_response_code(hand.simulation, row.agent_id, row.task_id),
    }
    event = "template_card_menu_event" if hand.body.get("menu") else "template_card_event"
    if selected := hand.body.get("selected"):
        fields["SelectedItems"] = {"SelectedItem": [_selected(name, chosen) for name, chosen in selected.items()]}
    app_event(hand.simulation, agent, row.userid, event, fields)
    hand.simulation.hand("click", f"{row.userid}: {key}")
    return row


@route("POST", "/staff/<userid:str>/messages")
async def write_to_app(hand: Hand) -> Any:
    """The member writes to the app: `{msgtype, fields}`, e.g. text with `{"Content": "…"}`."""
    agent = hand.simulation.world.agents.get(str(hand.body.get("agent_id") or hand.simulation.settings.agent_id))
    if agent is None:
        raise HandRefused(404, "no_agent", "no such app")
    app_message(hand.simulation, agent, hand.member().userid, str(hand.need("msgtype")), dict(hand.need("fields")))
    return {}


@route("POST", "/staff/<userid:str>/events")
async def act_in_app(hand: Hand) -> Any:
    """An event of the app: `{event, fields}`, e.g. enter_agent, click with `{"EventKey": "today"}`."""
    agent = hand.simulation.world.agents.get(str(hand.body.get("agent_id") or hand.simulation.settings.agent_id))
    if agent is None:
        raise HandRefused(404, "no_agent", "no such app")
    fields = dict(hand.body.get("fields") or {"EventKey": ""})
    app_event(hand.simulation, agent, hand.member().userid, str(hand.need("event")), fields)
    return {}


@route("GET", "/staff/<userid:str>/mass-tasks")
async def mass_tasks(hand: Hand) -> Any:
    """群发助手: the member's tasks with their content, newest first."""
    world = hand.simulation.world
    found = []
    for task in world.mass_tasks.where("userid", hand.member().userid.lower())[::-1]:
        message = world.mass_messages.get(task.msgid)
        statuses = [status for status, _ in task.results.values()]
        found.append(
            {
                **{key: value for key, value in asdict(task).items() if key != "results"},
                "chat_type": message.chat_type if message else "single",
                "customers": len(statuses),
                "statuses": {str(code): statuses.count(code) for code in sorted(set(statuses))},
                "body": message.body if message else None,
                "cancelled": bool(message and message.cancelled),
                "reminders": len(message.reminded_at) if message else 0,
                "created_at": message.created_at if message else 0,
            }
        )
    return {"tasks": found}


@route("POST", "/mass-tasks/confirm")
async def confirm(hand: Hand) -> Any:
    """The member sends: `{msgid, userid, only: [external_userid]}` (`only` works when allow_select was set)."""
    only = hand.body.get("only")
    counts = mass_messages.confirm(hand.simulation, _task(hand), only=list(only) if only is not None else None)
    hand.simulation.hand("mass_confirm", f"{hand.body['userid']}: {counts['sent']} sent")
    return counts


@route("POST", "/mass-tasks/refuse")
async def refuse(hand: Hand) -> Any:
    """The member does not want to send; the API goes on showing status 0."""
    task = _task(hand)
    if task.status == mass_messages.TASK_SENT:
        raise HandRefused(409, "sent", "already sent")
    task.refused = True
    hand.simulation.world.mass_tasks.put(task)
    return {}


@route("POST", "/oauth/choose")
async def choose(hand: Hand) -> Any:
    """A login code for `{userid}` or `{person_id}`, as the OAuth pages would bring it back."""
    scope = str(hand.body.get("scope") or "snsapi_base")
    if userid := hand.body.get("userid"):
        return {"code": new_code(hand.simulation, userid=find_member(hand.simulation, str(userid)).userid, scope=scope)}
    person = find_person(hand.simulation, str(hand.need("person_id")))
    return {"code": new_code(hand.simulation, person_id=person.person_id, scope=scope)}


@route("POST", "/check-urls")
async def check_urls(hand: Hand) -> Any:
    """What the admin consoles do when callback settings are saved: GET with an echo, to both doors of the product."""
    agent = hand.simulation.world.agents.get(str(hand.body.get("agent_id") or hand.simulation.settings.agent_id))
    result: dict[str, Any] = {}
    if agent is not None and agent.callback_url:
        passed, problem = await check_url(hand.simulation, agent)
        result["wecom"] = {"passed": passed, "problem": problem}
    if hand.simulation.settings.push_url:
        passed, problem = await check_push_url(hand.simulation)
        result["weixin"] = {"passed": passed, "problem": problem}
    return result


def _task(hand: Hand) -> MassTask:
    task = hand.simulation.world.mass_tasks.get(f"{hand.need('msgid')}|{str(hand.need('userid')).lower()}")
    if task is None:
        raise HandRefused(404, "no_task", "no such task")
    return task


def _keys(row: AppMessage) -> set[str]:
    """The keys a member can press on the card as it stands."""
    replaced = row.replaced or {}
    card = replaced.get("template_card") or row.body
    if "button" in replaced or card.get("replace_text"):
        return set()  # Grey from then on (WeCom doc 94888).
    buttons = [*(card.get("button_list") or []), card.get("submit_button") or {}]
    buttons += (card.get("action_menu") or {}).get("action_list") or []
    return {str(button["key"]) for button in buttons if button.get("key")}


def _selected(question_key: str, option_ids: list[str]) -> dict[str, Any]:
    return {"QuestionKey": question_key, "OptionIds": {"OptionId": list(option_ids)}}
