"""Each kind of work has its own words, and an item of the catalogue is small work unless somebody says otherwise."""

from crm_core.pricing.fault_kinds import FaultKind
from crm_core.pricing.work_kinds import WorkKind
from tests import factories as make


def test_each_kind_has_words_of_its_own():
    assert len({kind.words for kind in WorkKind}) == len(WorkKind)
    assert len({kind.words for kind in FaultKind}) == len(FaultKind)


async def test_an_item_is_small_work_unless_said_otherwise(database: None):
    item = await make.make_service_item()
    await item.refresh_from_db()
    assert item.work_kind is WorkKind.SMALL
    assert (item.fault_kind, item.has_ordered_part) == (FaultKind.ORDINARY, False)
