"""隐私 for the officer: what people ask about their data, by when it is answered, and answering it."""

from pydantic import Field

from console.sign_in import api
from crm_core.dealerships.actors import Actor
from crm_core.privacy import answering, queries
from crm_core.privacy.models import LONGEST_CHECK, LONGEST_WORDS
from crm_core.privacy.queries import PrivacyRequestCard, StaffPrivacyRequest
from foundation.web import Schema, Version


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


class LiftingIn(Schema):
    """How we know that the person wants it."""

    reason: str = Field(min_length=1, max_length=LONGEST_CHECK)


@api.get("/privacy-requests", summary="What people ask about their data, by the day it has to be answered")
async def privacy_requests(actor: Actor) -> list[StaffPrivacyRequest]:
    return await queries.of_reader(actor)


@api.get("/privacy-requests/{privacy_request_id}", summary="A request, with what is held and what a law keeps")
async def privacy_request(actor: Actor, privacy_request_id: int) -> PrivacyRequestCard:
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
