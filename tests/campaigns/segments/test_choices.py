"""The editor offers what the reader's stores have, by name."""

from collections.abc import Mapping

import pytest

from campaigns.segments import choices
from campaigns.segments.definition import parse, reading
from campaigns.segments.lists.models import FixedList
from crm_core.coupons.rules import TemplateState
from crm_core.custom_fields.models import CustomField
from crm_core.custom_fields.rules import FieldAbout, FieldKind
from crm_core.dealerships.models import Role
from foundation import clock
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


async def test_a_sentence_names_the_lists_and_coupons_the_reader_may_name():
    store, other = await make.make_store(advisors=0), await make.make_store(advisors=0)
    marketer = await make.acting(Role.MKT, store)
    own = await make_coupon_template(name="通用券")
    theirs = await make_coupon_template(name="别店券", store_ids=[other.id])
    kept = await FixedList.create(
        name="春节名单",
        store_ids=[store.id],
        origin="",
        is_from_file=True,
        people=1,
        made_by_id=marketer.id,
        made_at=clock.now(),
    )

    async def said(*items: Mapping[str, object]) -> str:
        tree = parse({"match": "all", "items": list(items)})
        return reading(tree, await choices.names_for(marketer, [tree]))

    in_list = {"field": "fixed_list", "list_ids": [kept.id]}
    assert await said(in_list, {"field": "coupon", "has": "usable", "template_id": own.id}) == (
        "在「春节名单」里、手里有「通用券」的车主"
    )
    nested = {"match": "none", "items": [in_list, {"field": "visit_count", "at_least": 1}]}
    assert "在「春节名单」里" in await said(nested)
    assert await said({"field": "coupon", "has": "none", "template_id": theirs.id}) == "手里没有指定的券的车主"
