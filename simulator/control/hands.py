"""What the hands share: the request as plain data, refusals, and their registration as routes."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import orjson
from sanic import Blueprint, HTTPResponse, Request, raw

from simulator.records import Friendship, Member, Person
from simulator.simulation import Simulation

blueprint = Blueprint("control", url_prefix="/control")
Req = Request[Any, Any]


class HandRefused(Exception):
    """A hand asked for something that is not there or not possible."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message


@dataclass(frozen=True)
class Hand:
    """One act: the simulation, the JSON body, the query, and the parts of the path."""

    simulation: Simulation
    body: dict[str, Any]
    query: dict[str, str]
    path: dict[str, str]

    def need(self, name: str) -> Any:
        """A value of the body that must be there (422 otherwise)."""
        if self.body.get(name) in (None, ""):
            raise HandRefused(422, "missing_field", f"{name} is needed")
        return self.body[name]

    def number(self, name: str, default: int, most: int) -> int:
        """A whole number of the query, at most `most`."""
        value = self.query.get(name) or str(default)
        if not value.isdigit():
            raise HandRefused(422, "bad_number", f"{name} must be a number")
        return min(int(value), most)

    def person(self) -> Person:
        """The person of the path."""
        return find_person(self.simulation, self.path["person_id"])

    def member(self) -> Member:
        """The member of the path."""
        return find_member(self.simulation, self.path["userid"])

    def pair(self) -> Friendship:
        """The friendship named by `userid` and `external_userid` of the body."""
        pair = self.simulation.world.friendship(str(self.need("userid")), str(self.need("external_userid")))
        if pair is None:
            raise HandRefused(404, "no_friendship", "the two have never been friends")
        return pair


Act = Callable[[Hand], Awaitable[Any]]


def find_person(simulation: Simulation, person_id: str) -> Person:
    """The person, by any of their ids (404 otherwise)."""
    person = simulation.world.person(person_id)
    if person is None:
        raise HandRefused(404, "no_person", "no such person")
    return person


def find_member(simulation: Simulation, userid: str) -> Member:
    """The member (404 otherwise)."""
    member = simulation.world.member(userid)
    if member is None:
        raise HandRefused(404, "no_member", "no such member")
    return member


def route(method: str, path: str) -> Callable[[Act], Act]:
    """Register an act under `/control/`."""

    def keep(act: Act) -> Act:
        async def handle(request: Req, **path_parts: str) -> HTTPResponse:
            simulation: Simulation = request.app.ctx.simulation
            query = {name: request.args.get(name) or "" for name in request.args}
            try:
                answer = await act(Hand(simulation, _json(request.body), query, path_parts))
            except HandRefused as refused:
                return answered({"error": {"code": refused.code, "message": refused.message}}, refused.status)
            except ValueError as error:
                return answered({"error": {"code": "not_possible", "message": str(error)}}, 409)
            return answered(answer if answer is not None else {})

        blueprint.add_route(handle, path, methods=[method], name=f"{method}_{act.__name__}")
        return act

    return keep


def answered(value: Any, status: int = 200) -> HTTPResponse:
    """A JSON answer; dataclasses are written as objects."""
    return raw(orjson.dumps(value), status=status, content_type="application/json")


def _json(body: bytes) -> dict[str, Any]:
    if not body:
        return {}
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise HandRefused(400, "bad_json", "the body is not JSON") from None
    if not isinstance(value, dict):
        raise HandRefused(400, "bad_json", "the body is not an object")
    return value
