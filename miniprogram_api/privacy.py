"""The page 隐私 (O11) in one read: what we hold of the person, their consents with the texts, and their requests."""

from datetime import datetime, time

from pydantic import Field
from sanic import HTTPResponse

from crm_core.customers.consent_texts.reading import current_texts
from crm_core.customers.models import Purpose
from crm_core.customers.own_record import own_record
from crm_core.customers.quiet_hours import reading, setting
from crm_core.customers.quiet_hours.models import QuietSource
from crm_core.customers.quiet_hours.reading import OwnQuietSpan
from crm_core.dealerships.actors import Actor
from crm_core.privacy import queries, requesting
from crm_core.privacy.giving import Copy, as_json, as_page
from crm_core.privacy.held import Held
from crm_core.privacy.models import LONGEST_WORDS
from crm_core.privacy.queries import OwnConsent, OwnPrivacyRequest
from crm_core.privacy.rules import DAYS_TO_ANSWER, PrivacyRequestKind
from foundation.web import Schema
from miniprogram_api.login import api

OFFERED = (
    Purpose.MARKETING_WECOM,
    Purpose.MARKETING_SMS,
    Purpose.MARKETING_CALL,
    Purpose.PROFILING,
    Purpose.PHOTO_PUBLICITY,
    Purpose.AD_AUDIENCE,
)
"""The purposes to which a person can consent here, each with a box of its own that is not ticked before."""


class ConsentOfferOut(Schema):
    """A purpose with the text to read before ticking its box; the consent has to name `text_version`."""

    purpose: Purpose
    title: str
    text: str
    text_version: str
    given_at: datetime | None


class PrivacyOut(Schema):
    """O11 隐私."""

    held: list[Held]
    offers: list[ConsentOfferOut]
    ledger: list[OwnConsent]
    requests: list[OwnPrivacyRequest]
    is_marketing_stopped: bool
    quiet_hours: list[OwnQuietSpan]
    """When they do not wish to be written to."""
    days_to_answer: int


class PrivacyRequestIn(Schema):
    """What is asked; a correction says what is wrong and what is right."""

    kind: PrivacyRequestKind
    details: str = Field(default="", max_length=LONGEST_WORDS)


class QuietHoursIn(Schema):
    """Between which times of each day they want no messages; over midnight, too."""

    starts: time
    ends: time


@api.get("/privacy", summary="O11: what we hold, every consent with its text and date, and what was asked")
async def privacy(actor: Actor) -> PrivacyOut:
    lines = await queries.ledger(actor)
    live = {line.purpose: line.given_at for line in lines if line.withdrawn_at is None}
    shown = await current_texts()
    texts = [shown[purpose] for purpose in OFFERED]
    return PrivacyOut(
        held=await queries.held(actor),
        offers=[
            ConsentOfferOut(
                purpose=text.purpose,
                title=text.title,
                text=text.text,
                text_version=text.version,
                given_at=live.get(text.purpose),
            )
            for text in texts
        ],
        ledger=lines,
        requests=await queries.own_requests(actor),
        is_marketing_stopped=(await own_record(actor)).is_marketing_stopped,
        quiet_hours=await reading.own(actor),
        days_to_answer=DAYS_TO_ANSWER,
    )


@api.post("/quiet-hours", status=201, summary="Want no messages at these hours of the day")
async def set_quiet_hours(actor: Actor, body: QuietHoursIn) -> PrivacyOut:
    await setting.begin(actor, actor.id, body.starts, body.ends, QuietSource.MINI_PROGRAM)
    return await privacy(actor)


@api.delete("/quiet-hours/{quiet_hours_id}", summary="Messages may come at these hours again")
async def lift_quiet_hours(actor: Actor, quiet_hours_id: int) -> PrivacyOut:
    await setting.end(actor, quiet_hours_id)
    return await privacy(actor)


@api.post("/privacy-requests", status=201, summary="Ask for an export, a correction or deletion: fifteen days")
async def ask_about_data(actor: Actor, body: PrivacyRequestIn) -> PrivacyOut:
    await requesting.ask(actor, body.kind, body.details)
    return await privacy(actor)


@api.delete("/privacy-requests/{privacy_request_id}", summary="Take a request back")
async def withdraw_privacy_request(actor: Actor, privacy_request_id: int) -> PrivacyOut:
    await requesting.withdraw(actor, privacy_request_id)
    return await privacy(actor)


@api.get("/privacy-requests/{privacy_request_id}/copy", summary="The copy of their data, as they read it")
async def read_own_copy(actor: Actor, privacy_request_id: int) -> Copy:
    return await queries.own_copy(actor, privacy_request_id)


@api.get("/privacy-requests/{privacy_request_id}/copy.json", summary="The copy as a file for programs")
async def own_copy_for_programs(actor: Actor, privacy_request_id: int) -> HTTPResponse:
    copy = await queries.own_copy(actor, privacy_request_id)
    return _file(as_json(copy), "application/json", "my-data.json")


@api.get("/privacy-requests/{privacy_request_id}/copy.html", summary="The copy as a page of its own")
async def own_copy_as_page(actor: Actor, privacy_request_id: int) -> HTTPResponse:
    copy = await queries.own_copy(actor, privacy_request_id)
    return _file(as_page(copy), "text/html; charset=utf-8", "my-data.html")


def _file(content: bytes, content_type: str, name: str) -> HTTPResponse:
    headers = {"content-disposition": f"attachment; filename={name}", "cache-control": "no-store"}
    return HTTPResponse(content, content_type=content_type, headers=headers)
