"""The editor offers what the reader's stores have, by name."""

import pytest

from campaigns.segments import choices
from crm_core.coupons.rules import TemplateState
from crm_core.custom_fields.models import CustomField
from crm_core.custom_fields.rules import FieldAbout, FieldKind
from crm_core.dealerships.models import Role
from foundation.errors import NotAllowed
from tests import factories as make
from tests.campaigns.people import make_coupon_template

pytestmark = pytest.mark.usefixtures("database")


async def test_it_offers_what_the_readers_stores_have():
    store, other = await make.make_store(advisors=0), await make.make_store(advisors=0)
    item = await make.make_service_item(name="更换制动液")
    for name, columns in (
        ("通用券", {}),
        ("别店券", {"store_ids": [other.id]}),
        ("草稿券", {"state": TemplateState.DRAFT}),
    ):
        await make_coupon_template(name=name, **columns)
    for about, code, kept_by in (
        (FieldAbout.CUSTOMER, "fleet", store),
        (FieldAbout.VEHICLE, "contract", None),
        (FieldAbout.CUSTOMER, "theirs", other),
    ):
        await CustomField.create(
            store_id=kept_by.id if kept_by else None, about=about, code=code, name=code, kind=FieldKind.CHOICE,
            options="公务、私用",
        )  # fmt: skip
    offered = await choices.of_reader(await make.acting(Role.MKT, store))
    assert [each.word for each in offered.templates] == ["通用券"]
    assert [(each.value, each.word) for each in offered.items] == [(item.id, "更换制动液")]
    assert [(each.value, each.options) for each in offered.customer_fields] == [("fleet", ["公务", "私用"])]
    assert [each.value for each in offered.car_fields] == ["contract"]
    assert offered.campaigns == []
    with pytest.raises(NotAllowed):
        await choices.of_reader(await make.acting(Role.TEC, store))
