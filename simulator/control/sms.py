"""The SMS on a person's phone, and their answers."""

from dataclasses import asdict
from typing import Any

from simulator.control.hands import Hand, route
from simulator.sms import sending

LIMIT = 200
LONGEST_ANSWER = 300


@route("GET", "/people/<person_id:str>/sms")
async def short_messages(hand: Hand) -> Any:
    """The messages on their phone and their own answers, newest first."""
    rows = hand.simulation.world.sms.where("phone", hand.person().phone)
    return {"messages": [asdict(row) for row in rows[::-1][:LIMIT]]}


@route("POST", "/people/<person_id:str>/sms/answers")
async def answer_short_message(hand: Hand) -> Any:
    """Answer the newest message: `{text}`, for example `TD`."""
    text = str(hand.need("text"))[:LONGEST_ANSWER]
    sending.answer(hand.simulation, hand.person().phone, text)
    hand.simulation.hand("sms", f"{hand.person().nickname}: {text}")
    return {}
