"""保存期限 and 同意说明 for the officer: what was cleaned, and who agreed to which text when."""

from console.sign_in import api
from crm_core.customers.models import Purpose
from crm_core.dealerships.actors import Actor
from crm_core.privacy import keeping_queries, retention
from crm_core.privacy.keeping_queries import ConsentPage, PublishedText, RetentionStanding
from foundation.web import Cursor, Schema


class ConsentsQuery(Schema):
    """Of one purpose, or of all."""

    purpose: Purpose | None = None
    cursor: Cursor | None = None


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


@api.get("/consents", summary="Who agreed to which text when, the newest first")
async def consents(actor: Actor, query: ConsentsQuery) -> ConsentPage:
    return await keeping_queries.consents(actor, purpose=query.purpose, cursor=query.cursor)
