"""A picture stays as long as a record shows it, wherever its key stands."""

import os
from datetime import UTC, datetime, timedelta

import pytest

from crm_core.privacy import pictures
from crm_core.repair_orders.models import RepairLine
from foundation import database, media
from foundation.errors import NotFound
from foundation.settings import get_settings
from tests.checkout import make_checkout
from tests.pictures import picture

pytestmark = pytest.mark.usefixtures("database")


async def _old(number: int) -> str:
    """A file that was stored three days ago."""
    key = (await media.store(picture(number))).key
    then = (datetime.now(UTC) - timedelta(days=3)).timestamp()
    os.utime(get_settings().media_dir / "clean" / key[:2] / key, (then, then))
    return key


async def test_the_sweep_takes_what_no_record_shows_and_leaves_a_new_upload():
    shown, forgotten, fresh = await _old(11), await _old(12), (await media.store(picture(13))).key
    visit = await make_checkout()
    await RepairLine.filter(repair_order_id=visit.order.id).update(photos=[{"position": "WORK", "key": shown}])
    assert await pictures.sweep(dry=True) >= 1
    assert await media.read(forgotten), "a dry run deletes nothing"
    await pictures.sweep()
    assert await media.read(shown)
    assert await media.read(fresh)
    with pytest.raises(NotFound):
        await media.read(forgotten)


@pytest.mark.usefixtures("database")
async def test_each_place_that_may_hold_a_key_is_looked_at():
    columns = await database.fetch(
        "SELECT table_name || '.' || column_name AS place FROM information_schema.columns "
        "WHERE table_schema = 'public' AND column_name ~ 'photo|media|signature|evidence$|picture|image|damages'"
    )
    looked_at = {f"{table}.{column}" for table, column, _ in pictures.COLUMNS}
    assert {row["place"] for row in columns} - looked_at == {
        "platform_media.media_id",
        "consent.evidence",
        "dealer_group.sms_signature",
    }
