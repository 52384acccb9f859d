"""What was found is shown as photos and videos; a video comes with its first picture."""

from crm_core.repair_orders import additional_work
from crm_core.repair_orders.additional_work import Finding, ItemPrice
from crm_core.repair_orders.additional_work_rules import Urgency
from foundation import media
from tests.fixtures.web import Web
from tests.pictures import picture, video
from tests.workshop import make_workshop


async def test_an_item_shows_its_video_with_a_poster_that_opens(web: Web):
    shop = await make_workshop()
    order = await shop.in_work()
    film, photo = await media.store(video()), await media.store(picture())
    shown = [{"key": film.key, "label": "异响"}, {"key": photo.key, "label": "磨损"}]
    sheet = await additional_work.propose(
        shop.technician, order.id, [Finding("有异响", Urgency.RED, shown, item_id=shop.pads.id)]
    )
    lines = [line.id for line in await shop.lines(order) if line.additional_work_id == sheet.id]
    await additional_work.price(shop.advisor, sheet.id, [ItemPrice(line) for line in lines])
    await additional_work.send(shop.advisor, sheet.id)
    owner = await web.signed_in(shop.owner)
    [item] = (await owner.get(f"/additional-work/{sheet.id}")).json()["items"]
    node = next(node for node in (await owner.get(f"/repair-orders/{order.id}")).json()["nodes"] if node["photos"])
    assert item["photos"] == node["photos"], "the page of progress shows the same"
    [moving, still] = item["photos"]
    assert (moving["kind"], still["kind"], still["poster_url"]) == ("VIDEO", "PHOTO", None)
    stranger = web.stranger()
    assert (await stranger.get(moving["url"])).headers["content-type"] == "video/mp4"
    assert (await stranger.get(moving["poster_url"])).headers["content-type"] == "image/jpeg"
