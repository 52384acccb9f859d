"""自定义字段 on the pages of a customer and a car."""

from typing import Annotated

from pydantic import Field

from console.sign_in import api
from crm_core.custom_fields import values
from crm_core.custom_fields.rules import CODE_FORM
from crm_core.custom_fields.values import FieldValues
from crm_core.dealerships.actors import Actor
from foundation.web import Id, Schema, Version

Code = Annotated[str, Field(pattern=f"^{CODE_FORM}$")]
CustomGiven = Annotated[str, Field(max_length=400)] | bool | None


class CustomValuesIn(Schema):
    """Values by the code of their field; null takes one away. The version is that of the form."""

    values: dict[Code, CustomGiven] = Field(min_length=1, max_length=50)
    version: Version


@api.get("/customers/{customer_id}/custom-values", summary="What stores note of a customer")
async def custom_values_of_customer(actor: Actor, customer_id: Id) -> FieldValues:
    return await values.of_customer(actor, customer_id)


@api.put("/customers/{customer_id}/custom-values", summary="Note something of a customer")
async def set_custom_values_of_customer(actor: Actor, customer_id: Id, body: CustomValuesIn) -> FieldValues:
    return await values.set_of_customer(actor, customer_id, body.values, expected_version=body.version)


@api.get("/vehicles/{vehicle_id}/custom-values", summary="What stores note of a car")
async def custom_values_of_vehicle(actor: Actor, vehicle_id: Id) -> FieldValues:
    return await values.of_vehicle(actor, vehicle_id)


@api.put("/vehicles/{vehicle_id}/custom-values", summary="Note something of a car")
async def set_custom_values_of_vehicle(actor: Actor, vehicle_id: Id, body: CustomValuesIn) -> FieldValues:
    return await values.set_of_vehicle(actor, vehicle_id, body.values, expected_version=body.version)
