"""代步车 as its borrower sees it."""

from crm_core.dealerships.actors import Actor
from crm_core.loan_cars import queries
from crm_core.loan_cars.queries import OwnerLending
from miniprogram_api.login import api


@api.get("/lendings/{lending_id}", summary="A loan car of the owner's: until when, and where it goes back")
async def lending(actor: Actor, lending_id: int) -> OwnerLending:
    return await queries.one_of_owner(actor, lending_id)
