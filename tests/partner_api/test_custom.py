"""Custom fields through the partner API."""

from crm_core.custom_fields.models import CustomValue
from crm_core.custom_fields.rules import FieldAbout, FieldKind
from tests import factories as make
from tests.crm_core.custom_fields.test_values import make_field
from tests.partner_api.conftest import Program
from tests.partner_api.test_bringing import WANG, bring, codes


async def test_a_program_fills_fields_by_their_codes(program: Program):
    await make_field("contract_ends", FieldKind.DAY)
    await make_field("fleet", FieldKind.CHOICE, options="公务、租赁", about=FieldAbout.VEHICLE)
    dms = await program.calling(await make.make_store())
    row = {**WANG, "custom": {"contract_ends": "2027-03-31"}}
    first = (await bring(dms, "customers", row))["results"][0]
    assert (first["result"], "CUSTOM_VALUE" in codes(first)) == ("NEW", False)
    assert (await CustomValue.get(customer_id=first["id"])).day_value.isoformat() == "2027-03-31"
    changed = (await bring(dms, "customers", {**WANG, "custom": {"contract_ends": "2028-03-31"}}))["results"][0]
    assert changed["result"] == "CHANGED"
    car = {"external_id": "V1", "vin": make.VINS[0], "custom": {"fleet": "租赁"}}
    brought = (await bring(dms, "cars", car))["results"][0]
    assert (await CustomValue.get(vehicle_id=brought["id"])).text_value == "租赁"


async def test_an_unknown_field_and_a_wrong_value_are_remarks_and_the_row_is_taken(program: Program):
    await make_field("contract_ends", FieldKind.DAY)
    dms = await program.calling(await make.make_store())
    row = {**WANG, "custom": {"contract_ends": "soon", "nothing": "x"}}
    told = (await bring(dms, "customers", row))["results"][0]
    assert (told["result"], "CUSTOM_VALUE" in codes(told)) == ("NEW", True)
    assert not await CustomValue.exists()


async def test_what_a_person_filled_stays(program: Program):
    field = await make_field("parking")
    dms = await program.calling(await make.make_store())
    customer_id = (await bring(dms, "customers", WANG))["results"][0]["id"]
    await CustomValue.create(
        field_id=field.id, customer_id=customer_id, text_value="A1", set_at=make.slot(10), set_by="staff:1"
    )
    assert (await bring(dms, "customers", {**WANG, "custom": {"parking": "B2"}}))["same"] == 1
    assert (await CustomValue.get()).text_value == "A1"
