"""Our clients against the simulator: two implementations of the same documents must understand each other."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import orjson
import pytest
from pydantic import SecretStr

from foundation.errors import OutcomeUnknown
from foundation.settings import WeChatPaySettings
from integrations.wechat_pay.client import WeChatPayClient
from integrations.wechat_pay.errors import SignatureProbe
from integrations.wecom import moments
from integrations.wecom.acquisition import with_channel
from integrations.wecom.callback_crypto import CallbackCrypto
from integrations.wecom.client import WeComApp, WeComClient
from integrations.wecom.errors import WeComError
from integrations.wecom.events import CustomerAcquisition, ExternalContactAdded, TemplateCardEvent, parse_event
from integrations.wecom.groups import GROUP_GONE
from integrations.wecom.media import MOMENT
from integrations.wecom.moments import JOB_INVALID
from integrations.weixin.client import WeixinClient
from integrations.weixin.push import PushDoor, subscribe_choices
from tests.simulator.stand import AES_KEY, API_V3_KEY, TOKEN, Received, Stand
from tests.simulator.test_messages import CARD
from tests.simulator.test_moments import PNG

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
async def wecom(stand: Stand) -> AsyncIterator[WeComClient]:
    settings = stand.settings
    base = f"{settings.base_url}/wecom/"
    client = WeComClient(WeComApp(settings.corp_id, settings.agent_id, settings.agent_secret, base, base, base))
    yield client
    await client.close()


@pytest.fixture
async def weixin(stand: Stand) -> AsyncIterator[WeixinClient]:
    settings = stand.settings
    client = WeixinClient(f"{settings.base_url}/weixin/", settings.weixin_app_id, settings.weixin_app_secret)
    yield client
    await client.close()


@pytest.fixture
async def pay(stand: Stand) -> AsyncIterator[WeChatPayClient]:
    settings, merchant = stand.settings, stand.merchant
    client = WeChatPayClient(
        WeChatPaySettings(
            base_url=f"{settings.base_url}/pay/",
            mch_id=settings.pay_mch_id,
            app_id=settings.weixin_app_id,
            merchant_serial=settings.pay_merchant_serial,
            merchant_private_key=SecretStr(merchant.private_pem),
            api_v3_key=SecretStr(API_V3_KEY),
            platform_serial=settings.pay_platform_serial,
            platform_public_key=merchant.platform_public_pem,
        )
    )
    yield client
    await client.close()


def event_of(stand: Stand, got: Received) -> Any:
    crypto = CallbackCrypto(TOKEN, AES_KEY, stand.settings.corp_id)
    query = got.query
    return parse_event(crypto.read_message(got.body, query["msg_signature"], query["timestamp"], query["nonce"]))


async def test_a_scan_becomes_a_welcome_in_the_chat(stand: Stand, wecom: WeComClient, zhang: Any) -> None:
    way = await wecom.contact_ways.add(["WangFang"], state="store7-qr3")
    await stand.hand("POST", "people/zhang/scan", {"code": way.qr_code})
    await stand.settle()
    event = event_of(stand, stand.product.received[-1])
    assert isinstance(event, ExternalContactAdded)
    await wecom.contact_ways.send_welcome(event.welcome_code, "您好，我是王芳")
    chat = await stand.hand("GET", f"chats?userid=WangFang&external_userid={zhang.external_userid}")
    assert chat["messages"][0]["content"] == {"content": "您好，我是王芳"}
    with pytest.raises(WeComError) as refused:
        await wecom.contact_ways.send_welcome(event.welcome_code, "再来一次")
    assert refused.value.errcode == 41050


async def test_customers_are_read_over_short_and_empty_pages(stand: Stand, wecom: WeComClient) -> None:
    people = [{"person_id": f"p{n}", "nickname": f"客户{n}", "phone": f"139{n:08d}"} for n in range(230)]
    friendships = [{"userid": "LiMin", "person_id": row["person_id"]} for row in people]
    await stand.hand("POST", "import", {"people": people, "friendships": friendships})
    await stand.hand("POST", "faults", {"empty_pages": True})
    found = [row async for row in wecom.contacts.batch(["LiMin"])]
    assert len(found) == 230


async def test_an_expired_token_is_renewed_without_the_caller_noticing(stand: Stand, wecom: WeComClient) -> None:
    assert (await wecom.oauth.get_user("LiMin"))["name"] == "李敏"
    await stand.hand("POST", "tokens/expire")
    assert (await wecom.oauth.get_user("LiMin"))["name"] == "李敏"


async def test_a_card_is_clicked_and_its_buttons_go_grey(stand: Stand, wecom: WeComClient) -> None:
    await wecom.messages.send_template_card(["LiMin"], CARD | {"task_id": "appt-1"})
    shown = (await stand.hand("GET", "staff/LiMin/inbox"))["messages"][0]
    await stand.hand("POST", f"inbox/{shown['id']}/click", {"key": "confirm"})
    await stand.settle()
    event = event_of(stand, stand.product.received[-1])
    assert isinstance(event, TemplateCardEvent)
    assert await wecom.messages.disable_card_buttons(["LiMin"], event.response_code, "已确认") == ()


async def test_a_lost_answer_is_an_unknown_outcome(stand: Stand, wecom: WeComClient) -> None:
    await wecom.callback_addresses()
    await stand.hand("POST", "faults/rules", {"path": "message/send", "lose_answer": True})
    with pytest.raises(OutcomeUnknown):
        await wecom.messages.send_text(["LiMin"], "在吗")


async def test_a_mass_message_is_followed_to_its_results(stand: Stand, wecom: WeComClient, zhang: Any) -> None:
    await stand.hand("POST", "people/zhang/add", {"userid": "WangFang"})
    made = await wecom.mass_messages.create("好久不见", external_user_ids=[zhang.external_userid, "wmNobody"])
    await stand.hand("POST", "mass-tasks/confirm", {"msgid": made.message_id, "userid": "WangFang"})
    rows = [row async for row in wecom.mass_messages.send_results(made.message_id, "WangFang")]
    assert [row["status"] for row in rows] == [1]


async def test_a_moment_is_ordered_published_and_read_back(stand: Stand, wecom: WeComClient, zhang: Any) -> None:
    await stand.hand("POST", "people/zhang/add", {"userid": "WangFang"})
    media_id = await wecom.media.upload_attachment("image", PNG, "a.png", attachment_type=MOMENT)
    before = stand.simulation.clock.now()
    job_id = await wecom.moments.create(
        "冬季用车小贴士", [moments.picture(media_id)], user_ids=["WangFang", "LiMin", "Nobody"]
    )
    job = await wecom.moments.job(job_id)
    assert (job.is_done, job.errcode, job.invalid_user_ids) == (True, 0, ("Nobody",))
    listed = wecom.moments.list_between(before - timedelta(minutes=1), before + timedelta(minutes=1))
    assert [(one.moment_id, one.text) async for one in listed] == [(job.moment_id, "冬季用车小贴士")]
    act = {"moment_id": job.moment_id, "userid": "WangFang"}
    await stand.hand("POST", "moments/publish", act)
    await stand.hand("POST", "people/zhang/moments/like", act)
    await stand.hand("POST", "people/zhang/moments/comment", act | {"text": "好"})
    published = {userid: done async for userid, done in wecom.moments.published(job.moment_id)}
    assert published == {"WangFang": True, "LiMin": False}
    assert [key async for key in wecom.moments.seen_by(job.moment_id, "WangFang")] == [zhang.external_userid]
    assert [key async for key in wecom.moments.chosen_for(job.moment_id, "WangFang")] == [zhang.external_userid]
    told = await wecom.moments.reactions(job.moment_id, "WangFang")
    assert [one.external_user_id for one in told.likes + told.comments] == [zhang.external_userid] * 2
    await wecom.moments.cancel(job.moment_id)
    await stand.hand("POST", "moments/publish", act | {"userid": "LiMin"}, status=409)
    with pytest.raises(WeComError) as caught:
        await wecom.moments.job("job-of-nobody")
    assert caught.value.errcode == JOB_INVALID


async def test_a_group_is_listed_and_read(stand: Stand, wecom: WeComClient, zhang: Any) -> None:
    made = await stand.hand("POST", "groups", {"userid": "WangFang", "name": "X6 车主群"})
    await stand.hand("POST", f"groups/{made['chat_id']}/join", {"person_id": "zhang"})
    assert [one async for one in wecom.groups.ids()] == [made["chat_id"]]
    assert [one async for one in wecom.groups.ids(["LiMin"])] == []
    group = await wecom.groups.get(made["chat_id"])
    assert (group.name, group.owner) == ("X6 车主群", "WangFang")
    assert [(one.user_id, one.is_customer) for one in group.people] == [
        ("WangFang", False),
        (zhang.external_userid, True),
    ]
    await stand.hand("POST", f"groups/{made['chat_id']}/dissolve")
    with pytest.raises(WeComError) as caught:
        await wecom.groups.get(made["chat_id"])
    assert caught.value.errcode in GROUP_GONE


async def test_a_file_goes_up_and_comes_back(wecom: WeComClient) -> None:
    media_id = await wecom.media.upload("file", b"0123456789", "报价.txt")
    assert (await wecom.media.get(media_id)).content == b"0123456789"


async def test_the_owner_logs_in_and_gets_one_notice(stand: Stand, weixin: WeixinClient, zhang: Any) -> None:
    code = (await stand.hand("POST", "people/zhang/login"))["code"]
    assert (await weixin.code2session(code)).openid == zhang.openid
    code = (await stand.hand("POST", "people/zhang/phone-code"))["code"]
    assert (await weixin.get_phone_number(code)).pure_phone_number == "13800000001"
    await stand.hand("POST", "people/zhang/subscribe", {"choices": {"T-APPT": True}})
    await stand.settle()
    got = stand.product.received[-1]
    push = PushDoor(TOKEN, AES_KEY, stand.settings.weixin_app_id).open(got.query, got.body)
    assert [choice.template_id for choice in subscribe_choices(push)] == ["T-APPT"]
    assert await weixin.send_subscribe_message(zhang.openid, "T-APPT", {"thing1": "小保养"}, page="pages/a")


async def test_a_bill_is_paid_told_refunded_and_told(stand: Stand, pay: WeChatPayClient, zhang: Any) -> None:
    notify_url = f"{stand.product.url}/pay/notify"
    prepay_id = await pay.prepay_jsapi("RO20261123-0231", "工单 0231", 178200, zhang.openid, notify_url)
    await stand.hand("POST", "people/zhang/payments", pay.payment_parameters(prepay_id))
    await stand.hand("POST", "faults", {"notification": {"signtest": 1}})
    await stand.hand("POST", "people/zhang/payments/RO20261123-0231/confirm")
    await stand.settle()
    probe, told = [got for got, _ in stand.notices()]
    with pytest.raises(SignatureProbe):
        await pay.parse_notification(probe.headers, probe.body)
    await pay.parse_notification(told.headers, told.body)
    paid = await pay.query_payment("RO20261123-0231")
    assert paid is not None
    refund = await pay.refund("RO20261123-0231", "RF20261123-1", 100, 178200, "多收", notify_url)
    await stand.hand("POST", "refunds/RF20261123-1/settle", {"outcome": "SUCCESS"})
    await stand.settle()
    got, _ = stand.notices()[-1]
    await pay.parse_notification(got.headers, got.body)
    assert orjson.loads(got.body)["event_type"] == "REFUND.SUCCESS"
    assert refund is not None


async def test_certificates_are_fetched_when_notifications_carry_their_serial(
    stand: Stand, pay: WeChatPayClient, zhang: Any
) -> None:
    await stand.hand("POST", "pay/serial-form", {"form": "certificate"})
    notify_url = f"{stand.product.url}/pay/notify"
    prepay_id = await pay.prepay_jsapi("RO20261123-0231", "工单 0231", 178200, zhang.openid, notify_url)
    await stand.hand("POST", "people/zhang/payments", pay.payment_parameters(prepay_id))
    await stand.hand("POST", "people/zhang/payments/RO20261123-0231/confirm")
    await stand.settle()
    [(got, _)] = stand.notices()
    assert not got.headers["wechatpay-serial"].startswith("PUB_KEY_ID_")
    await pay.parse_notification(got.headers, got.body)


async def test_a_link_is_made_followed_and_its_customers_and_quota_are_read(stand: Stand, wecom: WeComClient) -> None:
    await stand.hand("POST", "acquisition-quota", {"friends": 2, "days": 30})
    link = await wecom.acquisition.create("抖音广告 #1", ["WangFang"])
    others = [await wecom.acquisition.create(f"第{number}条", ["LiMin"]) for number in range(100)]
    await stand.hand("POST", "faults", {"empty_pages": True})
    assert set(await wecom.acquisition.ids()) == {link.link_id, *(other.link_id for other in others)}
    await stand.hand("POST", "people/zhang/follow-link", {"url": with_channel(link.url, "douyin-1111")})
    await stand.settle()
    told = [event_of(stand, received) for received in stand.product.received]
    assert [event.change_type for event in told if isinstance(event, CustomerAcquisition)] == [
        "balance_increased",
        "open_profile",
        "friend_request",
    ]
    [added] = [event for event in told if isinstance(event, ExternalContactAdded)]
    assert (added.state, bool(added.welcome_code)) == ("douyin-1111", True)
    [came] = [each async for each in wecom.acquisition.customers(link.link_id)]
    assert (came.external_user_id, came.state, came.has_written) == (added.external_user_id, "douyin-1111", False)
    quota = await wecom.acquisition.quota()
    assert (quota.total, quota.balance, [left for _, left in quota.lapsing]) == (2, 1, [1])
    await wecom.acquisition.update(link.link_id, "快手广告 #1", ["LiMin"])
    assert (await wecom.acquisition.get(link.link_id)).name == "快手广告 #1"
    await wecom.acquisition.delete(link.link_id)
    with pytest.raises(WeComError):
        await wecom.acquisition.get(link.link_id)


async def test_a_link_without_quota_lets_nobody_in(stand: Stand, wecom: WeComClient) -> None:
    link = await wecom.acquisition.create("抖音广告 #1", ["WangFang"])
    await stand.hand("POST", "people/zhang/follow-link", {"url": link.url}, status=409)
