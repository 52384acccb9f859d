"""保存期限 and 同意说明 for the officer: what was cleaned, and who agreed to which text when."""

from pydantic import Field

from console.sign_in import api
from crm_core.customers.consent_texts import publishing
from crm_core.customers.consent_texts.rules import LONGEST_TEXT, LONGEST_TITLE
from crm_core.customers.models import Purpose
from crm_core.dealerships.actors import Actor
from crm_core.privacy import keeping_queries, retention
from crm_core.privacy.keeping_queries import ConsentPage, PublishedText, RetentionStanding
from foundation.web import Cursor, Day, Schema, Version


class ConsentsQuery(Schema):
    """Of one purpose, or of all."""

    purpose: Purpose | None = None
    cursor: Cursor | None = None


class ConsentTextIn(Schema):
    """A new text for a purpose; `version` counts the texts of this purpose its writer saw."""

    purpose: Purpose
    title: str = Field(min_length=1, max_length=LONGEST_TITLE)
    text: str = Field(min_length=1, max_length=LONGEST_TEXT)
    effective_on: Day
    reason: str = Field(min_length=2, max_length=200)
    version: Version


@api.get("/retention", summary="What the nightly cleaning removed, and what the last dry run found")
async def retention_standing(actor: Actor) -> RetentionStanding:
    return await keeping_queries.standing(actor)


@api.post("/retention/dry-runs", summary="Count what would be removed now, and remove nothing")
async def dry_run(actor: Actor) -> RetentionStanding:
    await retention.run(actor, dry=True)
    return await keeping_queries.standing(actor)


@api.get("/consent-texts", summary="Every text people agree to, by version, with how many do")
async def consent_texts(actor: Actor) -> list[PublishedText]:
    return await keeping_queries.texts(actor)


@api.post("/consent-texts", status=201, summary="Publish a new version of a text, in force from a day on")
async def publish_consent_text(actor: Actor, body: ConsentTextIn) -> list[PublishedText]:
    await publishing.publish(
        actor,
        body.purpose,
        title=body.title,
        text=body.text,
        effective_on=body.effective_on,
        reason=body.reason,
        expected_version=body.version,
    )
    return await keeping_queries.texts(actor)


@api.get("/consents", summary="Who agreed to which text when, the newest first")
async def consents(actor: Actor, query: ConsentsQuery) -> ConsentPage:
    return await keeping_queries.consents(actor, purpose=query.purpose, cursor=query.cursor)
