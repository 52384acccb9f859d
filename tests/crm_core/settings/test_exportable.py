"""The export of a list of settings has every column, and numbers without their units."""

from app.wiring import wire
from crm_core.dealerships import exporting
from crm_core.dealerships.models import Role
from crm_core.exports.seeing import HIDDEN, seen_by
from crm_core.settings import kinds
from crm_core.settings.declaring import REGISTRY
from crm_core.settings.exportable import NUMBER, name_of, text_of
from tests import factories as make


async def test_each_list_can_be_taken_away_whole_and_nothing_in_it_is_masked(database: None):
    wire()
    reader = seen_by(await make.acting(Role.GM, await make.make_store()))
    for of in REGISTRY.values():
        known = exporting.named(name_of(of.key))
        assert known is not None
        assert list(known.columns.values()) == [NUMBER, *(column.word for column in of.columns)]
        assert {reader(key, "0755-12345678") for key in known.columns} == {"0755-12345678"}, HIDDEN


def test_a_number_stands_without_its_unit():
    assert text_of(kinds.money("fen", "价"), 129_950) == "1,299.50"
    assert text_of(kinds.hours("quota", "工时", 10), 80) == "0.8"
    assert text_of(kinds.whole("km", "里程", 1, 10, "公里"), 7) == "7"
    assert text_of(kinds.yes("is_open", "营业"), False) == "否"
    assert text_of(kinds.day("day", "日期"), None) == ""
