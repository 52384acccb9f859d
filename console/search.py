"""The search box: one text, and everything it may mean among what the reader may see."""

from dataclasses import replace

from pydantic import Field

from console import masked
from console.sign_in import api
from crm_core.customers import listing
from crm_core.customers.finding import people_and_cars
from crm_core.dealerships import finding
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.finding import Found, FoundKind
from foundation.reading import read_model
from foundation.web import Schema


class SearchQuery(Schema):
    """Part of a name or plate, a phone or its end, a VIN or its last six, a number or its end."""

    q: str = Field(min_length=1, max_length=listing.LONGEST_SEARCH)


@read_model
class FoundOut:
    """What the text may mean, by kinds; `looked_in` names every kind this reader may search."""

    kinds: list[FoundKind]
    looked_in: list[str]


@api.get("/search", summary="Whatever a text may mean, by kinds: orders, cars, people, money, campaigns")
async def search(actor: Actor, query: SearchQuery) -> FoundOut:
    found = await finding.find(actor, query.q, await people_and_cars(actor, query.q))
    return FoundOut(
        kinds=[replace(kind, items=[_masked(actor, item) for item in kind.items]) for kind in found if kind.items],
        looked_in=[kind.kind for kind in found],
    )


def _masked(actor: Actor, found: Found) -> Found:
    """The found thing with masks; they are the same for every kind. The title of a customer is their name."""
    name = masked.name(actor, found.customer_name)
    return replace(
        found,
        title=name if found.title == found.customer_name else found.title,
        customer_name=name,
        phone=masked.phone(actor, found.phone) or "",
        plate=masked.plate(actor, found.plate),
        vin=masked.vin(actor, found.vin),
        amount_fen=masked.fen(actor, found.amount_fen),
    )
