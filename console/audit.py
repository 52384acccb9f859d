"""审计: who did or saw what, when and why, and whether the log is whole."""

from pydantic import Field

from console.sign_in import api
from crm_core.dealerships import audit_reading
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.audit_reading import AuditPage, AuditStanding
from crm_core.dealerships.audit_words import AuditArea
from foundation.web import Cursor, Day, Schema


class AuditQuery(Schema):
    """`who` is a colleague's name or `staff:3`, `subject` a thing (`customer:12`); both days count."""

    area: AuditArea | None = None
    who: str = Field(default="", max_length=40)
    subject: str = Field(default="", max_length=80)
    from_on: Day | None = None
    until_on: Day | None = None
    cursor: Cursor | None = None


@api.get("/audit", summary="Lines of the audit log, the newest first")
async def audit_lines(actor: Actor, query: AuditQuery) -> AuditPage:
    return await audit_reading.page(
        actor,
        area=query.area,
        who=query.who,
        subject=query.subject,
        from_on=query.from_on,
        until_on=query.until_on,
        cursor=query.cursor,
    )


@api.get("/audit-standing", summary="Whether the chain of the log is whole, as of the last look")
async def audit_standing(actor: Actor) -> AuditStanding:
    return await audit_reading.standing(actor)
