"""隐私 for the officer: what people ask about their data, by when it is answered, and answering it."""

from pydantic import Field
from sanic import HTTPResponse

from console.sign_in import api
from crm_core.dealerships.actors import Actor
from crm_core.privacy import answering, queries, requesting
from crm_core.privacy.giving import as_json, as_page
from crm_core.privacy.models import LONGEST_CHECK, LONGEST_WORDS
from crm_core.privacy.queries import PrivacyRequestCard, StaffPrivacyRequest
from crm_core.privacy.rules import PrivacyRequestKind
from foundation.web import Day, Id, Schema, Version


class WrittenDownIn(Schema):
    """What somebody without an account asked, and on which day."""

    customer_id: Id
    kind: PrivacyRequestKind
    details: str = Field(default="", max_length=LONGEST_WORDS)
    asked_on: Day


class PrivacyAnswerIn(Schema):
    """The version the officer saw, how they know who asks, and the words the person reads."""

    version: Version
    identity_check: str = Field(default="", max_length=LONGEST_CHECK)
    answer: str = Field(default="", max_length=LONGEST_WORDS)


class DataCorrectionIn(PrivacyAnswerIn):
    """What is right; fields that are left out stay."""

    name: str | None = Field(default=None, max_length=100)
    phone: str | None = Field(default=None, max_length=40)


class PrivacyRefusalIn(Schema):
    """Why it cannot be done, in words the person reads."""

    version: Version
    answer: str = Field(min_length=1, max_length=LONGEST_WORDS)


class TakenBackIn(Schema):
    """The version the officer saw."""

    version: Version


class LiftingIn(Schema):
    """How we know that the person wants it."""

    reason: str = Field(min_length=1, max_length=LONGEST_CHECK)


@api.get("/privacy-requests", summary="What people ask about their data, by the day it has to be answered")
async def privacy_requests(actor: Actor) -> list[StaffPrivacyRequest]:
    return await queries.of_reader(actor)


@api.post("/privacy-requests", status=201, summary="Write down what somebody asked by phone, at the desk or by letter")
async def write_down_request(actor: Actor, body: WrittenDownIn) -> PrivacyRequestCard:
    asked = await requesting.write_down(actor, body.customer_id, body.kind, body.details, asked_on=body.asked_on)
    return await queries.one(actor, asked.id)


@api.get("/privacy-requests/{privacy_request_id}", summary="A request, with what is held and what a law keeps")
async def privacy_request(actor: Actor, privacy_request_id: int) -> PrivacyRequestCard:
    return await queries.one(actor, privacy_request_id)


@api.get("/privacy-requests/{privacy_request_id}/copy.html", summary="The copy to hand over, as a page")
async def copy_to_hand_over(actor: Actor, privacy_request_id: int) -> HTTPResponse:
    copy = await queries.copy_to_hand_over(actor, privacy_request_id)
    return _file(as_page(copy), "text/html; charset=utf-8")


@api.get("/privacy-requests/{privacy_request_id}/copy.json", summary="The copy to hand over, for programs")
async def copy_to_hand_over_for_programs(actor: Actor, privacy_request_id: int) -> HTTPResponse:
    return _file(as_json(await queries.copy_to_hand_over(actor, privacy_request_id)), "application/json")


def _file(content: bytes, content_type: str) -> HTTPResponse:
    return HTTPResponse(content, content_type=content_type, headers={"cache-control": "no-store"})


@api.post("/privacy-requests/{privacy_request_id}/withdrawal", summary="The person takes back what was written down")
async def note_withdrawal(actor: Actor, privacy_request_id: int, body: TakenBackIn) -> PrivacyRequestCard:
    await requesting.note_withdrawal(actor, privacy_request_id, expected_version=body.version)
    return await queries.one(actor, privacy_request_id)


@api.post("/privacy-requests/{privacy_request_id}/copy", summary="Let the person fetch a copy of their data")
async def give_copy(actor: Actor, privacy_request_id: int, body: PrivacyAnswerIn) -> PrivacyRequestCard:
    await answering.give_copy(
        actor,
        privacy_request_id,
        expected_version=body.version,
        identity_check=body.identity_check,
        answer=body.answer,
    )
    return await queries.one(actor, privacy_request_id)


@api.post("/privacy-requests/{privacy_request_id}/correction", summary="Put right what is wrong about them")
async def correct_data(actor: Actor, privacy_request_id: int, body: DataCorrectionIn) -> PrivacyRequestCard:
    await answering.correct(
        actor,
        privacy_request_id,
        expected_version=body.version,
        identity_check=body.identity_check,
        answer=body.answer,
        name=body.name,
        phone=body.phone,
    )
    return await queries.one(actor, privacy_request_id)


@api.post("/privacy-requests/{privacy_request_id}/restriction", summary="限制处理: their own repairs and nothing else")
async def restrict_data(actor: Actor, privacy_request_id: int, body: PrivacyAnswerIn) -> PrivacyRequestCard:
    await answering.restrict(
        actor,
        privacy_request_id,
        expected_version=body.version,
        identity_check=body.identity_check,
        answer=body.answer,
    )
    return await queries.one(actor, privacy_request_id)


@api.post("/privacy-requests/{privacy_request_id}/deletion", summary="Agree to delete them, some days from now")
async def agree_to_delete(actor: Actor, privacy_request_id: int, body: PrivacyAnswerIn) -> PrivacyRequestCard:
    await answering.agree_to_delete(
        actor,
        privacy_request_id,
        expected_version=body.version,
        identity_check=body.identity_check,
        answer=body.answer,
    )
    return await queries.one(actor, privacy_request_id)


@api.post("/privacy-requests/{privacy_request_id}/refusal", summary="Refuse, with the reason they read")
async def refuse_privacy_request(actor: Actor, privacy_request_id: int, body: PrivacyRefusalIn) -> PrivacyRequestCard:
    await answering.refuse(actor, privacy_request_id, expected_version=body.version, answer=body.answer)
    return await queries.one(actor, privacy_request_id)


@api.post("/customers/{customer_id}/restriction-lifting", status=204, summary="End a restriction, at the person's wish")
async def lift_restriction(actor: Actor, customer_id: int, body: LiftingIn) -> None:
    await answering.lift(actor, customer_id, reason=body.reason)
