"""工作电话: the number owners see beside their advisor's name."""

from pydantic import Field

from console.sign_in import api
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.service_phones import give_service_phone, service_phone_of
from foundation.web import Schema


class ServicePhone(Schema):
    """Digits and dashes; if it is empty, owners are given the store's number."""

    number: str = Field(max_length=20)


@api.get("/me/service-phone", summary="The number owners are given for me")
async def own_service_phone(actor: Actor) -> ServicePhone:
    return ServicePhone(number=await service_phone_of(actor))


@api.put("/me/service-phone", summary="Say which number owners are given for me")
async def put_service_phone(actor: Actor, body: ServicePhone) -> ServicePhone:
    await give_service_phone(actor, body.number)
    return body
