"""O11 家人与授权: whom an owner names for their cars, and what a named person answers. One read for the whole page."""

from pydantic import Field

from crm_core.authorised_persons import accepting, naming, queries
from crm_core.authorised_persons.naming import Terms
from crm_core.authorised_persons.queries import Invitation, NamedPerson
from crm_core.authorised_persons.rules import HIGHEST_LIMIT_FEN, standing_words
from crm_core.dealerships.actors import Actor
from crm_core.vehicles.models import BindingRole
from crm_core.vehicles.queries import bound_to
from foundation.reading import derive, read_model
from foundation.web import Day, Id, Schema, Version
from miniprogram_api.login import api


class TermsIn(Schema):
    """What they may agree to within one repair order, in fen (0: they only look), and their last day."""

    limit_fen: int = Field(ge=0, le=HIGHEST_LIMIT_FEN)
    until_on: Day | None = None


class PersonIn(TermsIn):
    """The person and the cars; the phone is the one that WeChat must have verified for their account."""

    vehicle_ids: list[Id] = Field(min_length=1, max_length=20)
    name: str = Field(min_length=1, max_length=20)
    phone: str = Field(min_length=1, max_length=40)


class TermsChangeIn(TermsIn):
    """Changed terms, and the version that the owner saw."""

    version: Version


class AcceptanceIn(Schema):
    """The version that the person saw, so that they accept exactly these terms."""

    version: Version


class FamilyCarOut(Schema):
    """A car the account may name people for."""

    id: int
    series: str
    plate: str


@read_model
class NamedPersonOut(NamedPerson):
    """Somebody the account named, and how that stands in words."""

    standing: str


class FamilyOut(Schema):
    """O11: whom the account named, who named it, and its cars."""

    named: list[NamedPersonOut]
    invitations: list[Invitation]
    cars: list[FamilyCarOut]


@api.get("/family", summary="O11: whom the account named, who named it, and its cars")
async def family(actor: Actor) -> FamilyOut:
    cars = await bound_to(actor, actor.id)
    return FamilyOut(
        named=[
            derive(NamedPersonOut, row, standing=standing_words(row.state, row.end_reason, is_over=row.is_over))
            for row in await queries.named_by(actor)
        ],
        invitations=await queries.invitations(actor),
        cars=[FamilyCarOut.model_validate(car) for car in cars if car.role is BindingRole.OWNER],
    )


@api.post("/family/persons", status=201, summary="Name somebody for one's cars; they confirm by their own login")
async def name_person(actor: Actor, body: PersonIn) -> FamilyOut:
    await naming.name_person(
        actor,
        vehicle_ids=body.vehicle_ids,
        name=body.name,
        phone=body.phone,
        terms=Terms(body.limit_fen, body.until_on),
    )
    return await family(actor)


@api.put("/family/persons/{person_id}", summary="Another limit or last day, from now on")
async def change_person(actor: Actor, person_id: int, body: TermsChangeIn) -> FamilyOut:
    terms = Terms(body.limit_fen, body.until_on)
    await naming.change_terms(actor, person_id, terms, expected_version=body.version)
    return await family(actor)


@api.delete("/family/persons/{person_id}", summary="Take it back, at once")
async def revoke_person(actor: Actor, person_id: int) -> FamilyOut:
    await naming.revoke(actor, person_id)
    return await family(actor)


@api.post("/family/invitations/{person_id}/acceptance", summary="Become whom the owner named")
async def accept_invitation(actor: Actor, person_id: int, body: AcceptanceIn) -> FamilyOut:
    await accepting.accept(actor, person_id, expected_version=body.version)
    return await family(actor)


@api.delete("/family/invitations/{person_id}", summary="Decline, or leave")
async def decline_invitation(actor: Actor, person_id: int) -> FamilyOut:
    await accepting.decline(actor, person_id)
    return await family(actor)
