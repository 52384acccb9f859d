"""The maker's list of recalled cars takes a VIN only as it is written on the car, and once for each recall."""

import pytest

from crm_core.dealerships.models import Role
from crm_core.settings import changing
from crm_core.settings.errors import SettingTaken, SettingValueRefused
from crm_core.vehicles.models import SafetyRecall
from tests import factories as make

pytestmark = pytest.mark.usefixtures("database")

RECALL = {
    "number": "S2026M0012V",
    "vin": make.VINS[0],
    "title": "高压油管",
    "remedy": "更换油管",
    "published_on": "2026-03-01",
    "done_on": None,
}


async def test_a_car_stands_once_in_a_recall():
    admin = await make.acting(Role.ADM)
    await changing.add(admin, "safety-recalls", RECALL)
    with pytest.raises(SettingTaken):
        await changing.add(admin, "safety-recalls", RECALL)
    await changing.add(admin, "safety-recalls", RECALL | {"number": "S2026M0099V"})
    assert await SafetyRecall.filter(vin=make.VINS[0]).count() == 2


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"vin": "LYFAA4DE1"}, "17"),
        ({"vin": make.VINS[0].lower()}, "大写"),
        ({"vin": make.VINS[0][:8] + ("1" if make.VINS[0][8] != "1" else "2") + make.VINS[0][9:]}, "校验"),
        ({"done_on": "2026-02-28"}, "发布日期"),
        ({"title": ""}, "召回名称"),
    ],
)
async def test_what_cannot_be_is_refused_in_words(values: dict[str, str], word: str):
    with pytest.raises(SettingValueRefused) as refusal:
        await changing.add(await make.acting(Role.ADM), "safety-recalls", {**RECALL, **values})
    assert word in str(refusal.value)
