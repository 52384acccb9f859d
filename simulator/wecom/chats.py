"""The conversation between a member and a person."""

from dataclasses import asdict
from typing import Any

from simulator.records import ChatMessage, GroupMessage
from simulator.simulation import Simulation


def deliver_to_person(
    simulation: Simulation, userid: str, external_userid: str, origin: str, msgtype: str, content: dict[str, Any]
) -> ChatMessage:
    """Put a message of the member into the chat."""
    return _put(simulation, userid, external_userid, "member", origin, msgtype, content)


def deliver_to_group(
    simulation: Simulation, userid: str, chat_id: str, msgtype: str, content: dict[str, Any]
) -> GroupMessage:
    """Put a message of the member into a group."""
    number = simulation.world.next_number("group-chat")
    message = simulation.world.group_messages.put(
        GroupMessage(f"group-{number}", chat_id, userid, msgtype, content, simulation.clock.seconds())
    )
    simulation.stream.publish("group", asdict(message))
    return message


def write(
    simulation: Simulation, userid: str, external_userid: str, sender: str, msgtype: str, content: dict[str, Any]
) -> ChatMessage:
    """Somebody writes a message: the chat has begun, and this member is the one who chatted last."""
    pair = simulation.world.friendship(userid, external_userid)
    if pair is not None:
        pair.chatted, pair.last_chat_at = True, simulation.clock.seconds()
        simulation.world.friendships.put(pair)
    return _put(simulation, userid, external_userid, sender, "chat", msgtype, content)


def _put(
    simulation: Simulation,
    userid: str,
    external_userid: str,
    sender: str,
    origin: str,
    msgtype: str,
    content: dict[str, Any],
) -> ChatMessage:
    world = simulation.world
    number = world.next_number("chat")
    message = world.chats.put(
        ChatMessage(
            f"chat-{number}", userid, external_userid, sender, origin, msgtype, content, simulation.clock.seconds()
        )
    )
    simulation.stream.publish("chat", asdict(message))
    return message
