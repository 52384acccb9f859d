"""The people of a saved segment as a file: everybody once, masked for the reader."""

import pytest

from campaigns.segments import exportable, people, service
from campaigns.segments.errors import SegmentNotFound
from crm_core.dealerships.models import Role
from foundation import clock
from tests import factories as make
from tests.campaigns.people import SLEEPING, make_crowd, sellers

pytestmark = pytest.mark.usefixtures("database")


async def test_everybody_is_in_the_file_once_and_masked(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(people, "PAGE", 3)
    await clock.set_to(clock.at(make.MONDAY, 10))
    store = await make.make_store(advisors=0)
    crowd = await make_crowd(7, store, await sellers(store, 1))
    marketer = await make.acting(Role.MKT, store)
    segment = await service.create(marketer, name="睡着的", definition=SLEEPING)
    asked = exportable.segment_people(marketer, {"segment": str(segment.id)})
    rows = [row async for row in asked if isinstance(row, people.PersonRow)]
    assert [row.id for row in rows] == list(range(crowd.first_id, crowd.first_id + 7))
    assert {(row.name, row.phone) for row in rows} == {("车*", None)}
    assert [row async for row in exportable.segment_people(marketer, {"segment": "x"})] == []
    stranger = await make.acting(Role.MKT, await make.make_store(advisors=0))
    with pytest.raises(SegmentNotFound):
        await people.of_segment(stranger, segment.id)
