"""The clock, the faults and the log."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from foundation.clock import local
from simulator.beat import do_due
from simulator.control import demo
from simulator.control.hands import Hand, HandRefused, route
from simulator.faults import CallRule

LOG_LIMIT = 500
MAX_STEP_DAYS = 3660
_UNITS = ("seconds", "minutes", "hours", "days")


@route("GET", "/state")
async def state(hand: Hand) -> Any:
    """The clock, the knobs, and how many rows there are of each kind."""
    simulation = hand.simulation
    return {
        "clock": _clock(hand),
        "faults": simulation.faults.shown(),
        "counts": {table.kind: len(table) for table in simulation.world.tables()},
        "product_url": simulation.settings.product_url,
        "demo": demo.shown(simulation),
        "corp_id": simulation.settings.corp_id,
        "agent_id": simulation.settings.agent_id,
        "app_id": simulation.settings.weixin_app_id,
    }


@route("GET", "/clock")
async def clock(hand: Hand) -> Any:
    """The business clock."""
    return _clock(hand)


@route("POST", "/clock/advance")
async def advance(hand: Hand) -> Any:
    """Move business time forward for everyone: `{seconds, minutes, hours, days}`, any of them."""
    unknown = set(hand.body) - set(_UNITS)
    if unknown or not hand.body:
        raise HandRefused(422, "bad_value", "give seconds, minutes, hours or days")
    step = timedelta(**{name: float(value) for name, value in hand.body.items()})
    if step > timedelta(days=MAX_STEP_DAYS):
        raise HandRefused(422, "bad_value", f"at most {MAX_STEP_DAYS} days at once")
    await hand.simulation.clock.advance(step)
    do_due(hand.simulation)
    hand.simulation.hand("clock", f"+{step}")
    hand.simulation.stream.publish("clock", _clock(hand))
    return _clock(hand)


@route("GET", "/faults")
async def faults(hand: Hand) -> Any:
    """The knobs."""
    return hand.simulation.faults.shown()


@route("POST", "/faults")
async def change_faults(hand: Hand) -> Any:
    """Turn knobs: `seed`, `busy`, `answer_signtest`, `empty_pages`; `callback`, `push`, `notification` with odds.

    Odds: `{drop, repeat, reorder, delay, delay_seconds, signtest}`. Setting a seed starts its decisions anew, which
    replays them.
    """
    hand.simulation.faults.change(hand.body)
    return _faults_changed(hand)


@route("POST", "/faults/rules")
async def add_rule(hand: Hand) -> Any:
    """The next `times` calls of `path` (`*` = any): `{path, times, errcode, errmsg, lose_answer, slow_seconds}`."""
    hand.need("path")
    unknown = set(hand.body) - set(CallRule.__dataclass_fields__)
    if unknown:
        raise HandRefused(422, "unknown_field", f"unknown: {', '.join(sorted(unknown))}")
    hand.simulation.faults.add_rule(CallRule(**hand.body))
    return _faults_changed(hand)


@route("POST", "/faults/calm")
async def calm(hand: Hand) -> Any:
    """Switch all faults off."""
    hand.simulation.faults.calm()
    return _faults_changed(hand)


@route("POST", "/tokens/expire")
async def expire_tokens(hand: Hand) -> Any:
    """Every token given so far is expired from now on (42001)."""
    world, now = hand.simulation.world, hand.simulation.clock.timestamp()
    for token in world.tokens:
        token.expires_at = min(token.expires_at, now)
        world.tokens.put(token)
    hand.simulation.hand("expire_tokens", f"{len(world.tokens)} tokens")
    return {"expired": len(world.tokens)}


@route("GET", "/log")
async def log(hand: Hand) -> Any:
    """Newest first: query `before`, `limit`, `direction`, `door`, `name`, `code`, `text`, `faults_only`."""
    limit = hand.number("limit", 100, LOG_LIMIT)
    before = hand.number("before", 0, 2**53)
    rows = hand.simulation.log.page(before=before, limit=limit, filters=hand.query)
    return {"entries": [_light(asdict(row)) for row in rows], "before": rows[-1].id if len(rows) == limit else 0}


@route("GET", "/log/<entry_id:str>")
async def log_entry(hand: Hand) -> Any:
    """One entry whole: ciphertext, plain text, answer."""
    row = hand.simulation.world.log.get(hand.path["entry_id"])
    if row is None:
        raise HandRefused(404, "no_entry", "no longer kept")
    return row


@route("POST", "/log/<entry_id:str>/again")
async def again(hand: Hand) -> Any:
    """Send that delivery once more, byte for byte."""
    row = hand.simulation.world.log.get(hand.path["entry_id"])
    if row is None or not hand.simulation.courier.send_again(row.delivery_id):
        raise HandRefused(404, "no_delivery", "this entry is no delivery that is still known")
    return {}


@route("POST", "/settle")
async def settle(hand: Hand) -> Any:
    """Answer once no delivery is under way."""
    do_due(hand.simulation)
    await hand.simulation.courier.settle()
    return {}


@route("POST", "/reset")
async def reset(hand: Hand) -> Any:
    """Begin anew; the corp, its app and the clock stay."""
    await hand.simulation.courier.settle()
    await hand.simulation.reset()
    return {}


def _light(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in ("ciphertext", "plain", "answer")}


def _faults_changed(hand: Hand) -> dict[str, Any]:
    shown = hand.simulation.faults.shown()
    hand.simulation.hand("faults", ", ".join(f"{name}={value}" for name, value in hand.body.items()) or "calm")
    hand.simulation.stream.publish("faults", shown)
    return shown


def _clock(hand: Hand) -> dict[str, Any]:
    now = hand.simulation.clock.now()
    return {"now": now.isoformat(), "shanghai": local(now).isoformat(), "timestamp": hand.simulation.clock.timestamp()}
