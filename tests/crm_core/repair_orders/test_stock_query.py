"""查库存 finds a part by the words people use for it."""

import pytest

from crm_core.dealerships.models import BayKind, Role
from crm_core.parts.models import Part, Stock
from crm_core.parts.replenishing.models import PartAlternative
from crm_core.pricing.models import ItemPrice, ServiceItem
from crm_core.repair_orders.stock_query import find_stock
from foundation.errors import NotAllowed
from tests import factories as make

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
async def shelf():
    """Front pads for every model, an oil kit for the X9 alone."""
    store = await make.make_store()
    pads = await Part.create(number="PAD-F9", name="前刹车片")
    kit = await Part.create(number="OIL-KIT9", name="机油机滤套装")
    await Part.create(number="WIPER9", name="雨刮片")
    await Stock.create(part_id=pads.id, store_id=store.id, on_hand=6, reserved=2)
    await Stock.create(part_id=kit.id, store_id=store.id, on_hand=3)
    for part, code, name, series in ((pads, "T-PAD", "换前刹车片", ""), (kit, "T-OIL", "小保养", "云帆X9")):
        item = await ServiceItem.create(
            code=code, name=name, minutes=30, bay_kind=BayKind.QUICK, part_number=part.number
        )
        await ItemPrice.create(item_id=item.id, series=series, labour_centihours=50, parts_fen=100_00)
    return store


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("刹车", ["PAD-F9"]),
        ("片", ["PAD-F9", "WIPER9"]),
        ("小保养", ["OIL-KIT9"]),
        ("x9 机油", ["OIL-KIT9"]),
        ("ＰＡＤ－Ｆ９", ["PAD-F9"]),
        ("padf9", ["PAD-F9"]),
        ("机油 刹车", []),
        ("%", []),
        (" ", []),
    ],
)
async def test_a_part_is_found_by_its_name_its_job_its_model_or_its_number(shelf, text, found):
    clerk = await make.acting(Role.PRT, shelf)
    assert sorted(row.number for row in await find_stock(clerk, shelf.id, text)) == sorted(found)


async def test_the_answer_counts_what_is_free_in_this_store_and_names_the_models_it_fits(shelf):
    clerk = await make.acting(Role.PRT, shelf)
    [pads] = await find_stock(clerk, shelf.id, "PAD-F9")
    assert (pads.name, pads.free, pads.set_aside, pads.models) == ("前刹车片", 4, 2, [])
    [kit] = await find_stock(clerk, shelf.id, "机滤")
    assert (kit.free, kit.models) == (3, ["云帆X9"])
    with pytest.raises(NotAllowed):
        await find_stock(clerk, (await make.make_store()).id, "机滤")


async def test_a_part_that_is_short_names_what_may_be_fitted_instead_and_lies_here(shelf):
    clerk = await make.acting(Role.PRT, shelf)
    wiper, pads, kit = [await Part.get(number=number) for number in ("WIPER9", "PAD-F9", "OIL-KIT9")]
    await PartAlternative.create(part_id=wiper.id, other_id=pads.id, series="云帆X9")
    await PartAlternative.create(part_id=kit.id, other_id=wiper.id, both_ways=True)
    [found] = await find_stock(clerk, shelf.id, "WIPER9")
    said = [(one.number, one.free, one.series) for one in found.alternatives]
    assert said == [("OIL-KIT9", 3, ""), ("PAD-F9", 4, "云帆X9")]
    [there] = await find_stock(clerk, shelf.id, "PAD-F9")
    assert there.alternatives == [], "what lies here needs no other"
    await Stock.filter(part_id=pads.id).update(on_hand=0, reserved=0)
    [gone] = await find_stock(clerk, shelf.id, "PAD-F9")
    assert gone.alternatives == [], "one way only"
