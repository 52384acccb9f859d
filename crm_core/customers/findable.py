"""Finding a customer in the search box: as in the list of customers, one line each."""

from crm_core.customers import listing
from crm_core.dealerships.finding import ENOUGH, Asked, Found, findable
from foundation.refs import Ref


@findable("customer", action="customers.read")
async def customers(asked: Asked) -> list[Found]:
    """The newest customers the text may mean, with their first car."""
    return [
        Found(
            id=person.id,
            title=person.name,
            words=f"共 {len(person.cars)} 辆车" if len(person.cars) > 1 else "",
            opens=Ref("customer", person.id),
            state="",
            at=None,
            store=person.home_store or "",
            customer_name=person.name,
            phone=person.phone or "",
            series=person.cars[0].removesuffix(person.plates[0]).strip() if person.cars else "",
            plate=person.plates[0] if person.plates else "",
            vin="",
            amount_fen=None,
        )
        for person in await listing.find(asked.actor, asked.text, limit=ENOUGH)
    ]
