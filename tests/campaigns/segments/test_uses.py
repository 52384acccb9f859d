"""Before a group changes one sees which broadcasts were made for it."""

import pytest

from campaigns.broadcasts import drafting
from campaigns.broadcasts.drafting import BroadcastDraft
from campaigns.segments import service, uses
from campaigns.segments.errors import SegmentNotFound
from crm_core.dealerships.models import Role
from tests import factories as make
from tests.campaigns.people import SLEEPING, make_coupon_template

pytestmark = pytest.mark.usefixtures("database")


async def test_a_segment_tells_which_broadcasts_were_made_for_it():
    store = await make.make_store(advisors=0)
    marketer = await make.acting(Role.MKT, store, name="林晓")
    segment, other = [await service.create(marketer, name=name, definition=SLEEPING) for name in ("睡着的", "别的")]
    template = await make_coupon_template()
    drafted = await drafting.draft(marketer, BroadcastDraft("冬季", segment.id, "天冷了。", template.id, 10, 100_00))
    found = await uses.of_segment(marketer, segment.id)
    assert [(use.id, use.name, use.state, use.author) for use in found] == [(drafted.id, "冬季", "DRAFT", "林晓")]
    assert await uses.of_segment(marketer, other.id) == []
    with pytest.raises(SegmentNotFound):
        await uses.of_segment(await make.acting(Role.MKT, await make.make_store(advisors=0)), segment.id)
