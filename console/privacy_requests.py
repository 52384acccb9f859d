"""隐私 for the officer: what people ask about their data, and by when it is answered."""

from console.sign_in import api
from crm_core.dealerships.actors import Actor
from crm_core.privacy import queries
from crm_core.privacy.queries import StaffPrivacyRequest


@api.get("/privacy-requests", summary="What people ask about their data, by the day it has to be answered")
async def privacy_requests(actor: Actor) -> list[StaffPrivacyRequest]:
    return await queries.of_reader(actor)
