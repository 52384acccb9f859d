"""Fixed lists over the console's API."""

from crm_core.dealerships.models import Role
from foundation import clock
from tests import factories as make
from tests.campaigns.people import SLEEPING, make_crowd, sellers
from tests.fixtures.web import Web


async def test_a_group_is_frozen_and_a_file_is_brought(web: Web):
    await clock.set_to(clock.at(make.MONDAY, 10))
    store = await make.make_store(advisors=0)
    crowd = await make_crowd(3, store, await sellers(store, 1))
    marketer = await web.signed_in(await make.acting(Role.MKT, store))
    frozen = await marketer.post("/fixed-lists", json={"name": "睡着的", "definition": SLEEPING})
    assert frozen.status_code == 201, frozen.text
    [asked] = frozen.json()["definition"]["items"]
    about = (await marketer.get(f"/fixed-lists/{asked['list_ids'][0]}")).json()
    assert (about["about"]["people"], about["rows"]) == (3, [])
    sent = f"手机\n{13900000000 + crowd.first_id}\n13700000001\n".encode()
    named = {"name": "展会", "file_name": "展会.csv"}
    brought = await marketer.post("/fixed-lists/files", params=named, content=sent)
    assert brought.status_code == 201, brought.text
    list_id = brought.json()["definition"]["items"][0]["list_ids"][0]
    about = (await marketer.get(f"/fixed-lists/{list_id}")).json()
    assert [row["reason_word"] for row in about["rows"]] == ["没有这位客户，或不归您的门店"]
    offered = (await marketer.get("/segments/editor")).json()["choices"]["lists"]
    assert [each["word"] for each in offered] == ["展会", "睡着的"]
    technician = await web.signed_in(await make.acting(Role.TEC, store))
    for path in ("/fixed-lists/files", "/fixed-lists"):
        refused = await technician.post(path, params=named, content=b'{"name": "x", "definition": {}}')
        assert refused.status_code == 403
