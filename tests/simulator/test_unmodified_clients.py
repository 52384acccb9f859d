"""Clients of other people, as they are published, against the simulator: wechatpy's synchronous clients of WeCom and of
the mini program, wechatpayv3, and Tencent's own `@wecom/crypto` under node. Only where the official addresses lead is
changed, below the clients, as a proxy would.
"""

import asyncio
import io
import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from wechatpayv3 import WeChatPay, WeChatPayType
from wechatpy import WeChatClient as MiniProgramClient
from wechatpy.exceptions import WeChatClientException
from wechatpy.work import WeChatClient as WeComClient

from simulator.wecom.crypto import MessageCrypto
from tests.simulator.stand import AES_KEY, API_V3_KEY, TOKEN, Stand

REPOSITORY = Path(__file__).resolve().parents[2]
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa3\x9b\xf0\xd6\x00\x00\x00\x00IEND\xaeB`\x82"
)


@pytest.fixture
def _official_addresses(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    base = stand.settings.base_url.rstrip("/")
    places = {
        "https://qyapi.weixin.qq.com/": f"{base}/wecom/",
        "https://api.weixin.qq.com/": f"{base}/weixin/",
        "https://api.mch.weixin.qq.com/": f"{base}/pay/",
    }
    send = requests.adapters.HTTPAdapter.send

    def sent(self: Any, request: Any, *arguments: Any, **options: Any) -> Any:
        for official, here in places.items():
            if request.url.startswith(official):
                request.url = here + request.url.removeprefix(official)
        return send(self, request, *arguments, **options)

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", sent)


@pytest.fixture
def wecom(stand: Stand, _official_addresses: None) -> WeComClient:
    return WeComClient(stand.settings.corp_id, stand.settings.agent_secret)


@pytest.fixture
def mini_program(stand: Stand, _official_addresses: None) -> MiniProgramClient:
    return MiniProgramClient(stand.settings.weixin_app_id, stand.settings.weixin_app_secret)


async def call(function: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    """One blocking call, off the loop on which the simulator runs."""
    return await asyncio.to_thread(function, *arguments, **options)


async def refused(function: Callable[..., Any], *arguments: Any, **options: Any) -> int:
    with pytest.raises(WeChatClientException) as refusal:
        await call(function, *arguments, **options)
    return int(refusal.value.errcode)


async def test_wechatpy_reads_the_corp(stand: Stand, wecom: WeComClient) -> None:
    agent_id = stand.settings.agent_id
    assert (await call(wecom.fetch_access_token))["expires_in"] == 7200
    assert (await call(wecom.misc.get_wechat_ips))[0] == "127.0.0.1"
    agent = await call(wecom.agent.get, agent_id)
    assert (agent["agentid"], agent["close"]) == (agent_id, 0)
    assert [row["agentid"] for row in await call(wecom.agent.list)] == [agent_id]
    assert await refused(wecom.agent.get, 7) == 40056

    assert (await call(wecom.user.get, "wangfang"))["name"] == "王芳"
    assert await refused(wecom.user.get, "nobody") == 60111
    for simple in (True, False):
        assert {row["userid"] for row in await call(wecom.user.list, 1, simple=simple)} == {"WangFang", "LiMin"}
    assert len(await call(wecom.department.get_users, 1)) == 2
    assert (await call(wecom.department.list))[0]["id"] == 1
    assert (await call(wecom.department.get, 1))["id"] == 1
    assert (await call(wecom.department.simple_list))[0]["id"] == 1
    openid = (await call(wecom.user.convert_to_openid, "WangFang"))["openid"]
    assert await call(wecom.user.convert_to_user_id, openid) == "WangFang"


async def test_wechatpy_signs_in_members_and_outsiders_at_the_earlier_path(
    stand: Stand, wecom: WeComClient, zhang: Any
) -> None:
    code = (await stand.hand("POST", "oauth/choose", {"userid": "WangFang"}))["code"]
    assert (await call(wecom.oauth.get_user_info, code))["UserId"] == "WangFang"
    assert await refused(wecom.oauth.get_user_info, code) == 42022
    code = (await stand.hand("POST", "oauth/choose", {"person_id": "zhang"}))["code"]
    outsider = await call(wecom.oauth.get_user_info, code)
    assert outsider["OpenId"] not in (zhang.openid, zhang.unionid)
    tickets = [await call(wecom.jsapi.get_ticket), await call(wecom.jsapi.get_agent_ticket)]
    assert tickets[0]["ticket"] != tickets[1]["ticket"]


async def test_wechatpy_keeps_a_menu(stand: Stand, wecom: WeComClient) -> None:
    agent_id = stand.settings.agent_id
    menu = {
        "button": [
            {"type": "click", "name": "我的待办", "key": "todo"},
            {
                "name": "更多",
                "sub_button": [{"type": "view", "name": "控制台", "url": "https://dealer.example/console"}],
            },
        ]
    }
    assert await refused(wecom.menu.get, agent_id) == 46003
    await call(wecom.menu.create, agent_id, menu)
    assert (await call(wecom.menu.get, agent_id))["button"] == menu["button"]
    await call(wecom.menu.update, agent_id, {"button": menu["button"][:1]})
    assert len((await call(wecom.menu.get, agent_id))["button"]) == 1
    for wrong in ([], menu["button"] * 2, [{"type": "click", "name": "没有键"}], [{"type": "dance", "name": "跳舞"}]):
        assert await refused(wecom.menu.create, agent_id, {"button": wrong}) != 0
    await call(wecom.menu.delete, agent_id)
    assert await refused(wecom.menu.get, agent_id) == 46003


async def test_wechatpy_sends_messages_and_files(stand: Stand, wecom: WeComClient) -> None:
    agent_id, to = stand.settings.agent_id, ["WangFang", "LiMin"]
    uploaded = await call(wecom.media.upload, "image", ("a.png", io.BytesIO(PNG), "image/png"))
    media_id = uploaded["media_id"]
    assert (await call(wecom.media.download, media_id)).content == PNG
    assert (
        (await call(wecom.media.upload_img, ("a.png", io.BytesIO(PNG), "image/png"))).get("url", "").startswith("http")
    )
    article = {"title": "标题", "description": "说明", "image": "", "url": "https://dealer.example"}
    sent = [
        await call(wecom.message.send_text, agent_id, to, "你好"),
        await call(wecom.message.send_markdown, agent_id, to, "**你好**"),
        await call(wecom.message.send_image, agent_id, to, media_id),
        await call(wecom.message.send_text_card, agent_id, to, "标题", "说明", "https://dealer.example"),
        await call(wecom.message.send_articles, agent_id, to, [article]),
    ]
    assert all(answer["msgid"] for answer in sent)
    assert (await call(wecom.message.send_text, agent_id, ["WangFang", "Nobody"], "你好"))["invaliduser"] == "nobody"
    assert await refused(wecom.message.send_text, agent_id, ["Nobody"], "你好") == 81013
    assert len((await stand.hand("GET", "staff/WangFang/inbox"))["messages"]) == 6


async def test_wechatpy_looks_after_customers(stand: Stand, wecom: WeComClient, zhang: Any) -> None:
    contact = wecom.external_contact
    way = await call(contact.add_contact_way, 1, 2, remark="展厅", state="s1", user=["WangFang"])
    config_id = way["config_id"]
    assert (await call(contact.get_contact_way, config_id))["contact_way"]["state"] == "s1"
    await call(contact.update_contact_way, config_id, remark="前台")
    await stand.hand("POST", "people/zhang/scan", {"code": config_id})
    await stand.settle()
    welcome = next(event for event in stand.events() if "WelcomeCode" in event)
    code = welcome.split("<WelcomeCode>")[1].split("</WelcomeCode>")[0].removeprefix("<![CDATA[").removesuffix("]]>")
    await call(contact.send_welcome_msg, {"welcome_code": code, "text": {"content": "欢迎"}})
    assert await refused(contact.send_welcome_msg, {"welcome_code": code, "text": {"content": "欢迎"}}) == 41050

    assert set((await call(contact.get_follow_user_list))["follow_user"]) == {"WangFang", "LiMin"}
    assert (await call(contact.list, "WangFang"))["external_userid"] == [zhang.external_userid]
    assert (await call(contact.get, zhang.external_userid))["external_contact"]["unionid"] == zhang.unionid
    assert len((await call(contact.batch_get_by_user, "WangFang"))["external_contact_list"]) == 1
    assert len(await call(lambda: list(contact.gen_all_by_user("WangFang")))) == 1
    assert await refused(contact.get, "wm-nobody") == 40096

    group = (await call(contact.add_corp_tag, None, "意向", 1, [{"name": "置换"}]))["tag_group"]
    tag_id = group["tag"][0]["id"]
    await call(contact.mark_tag, "WangFang", zhang.external_userid, [tag_id])
    await call(contact.edit_corp_tag, tag_id, "想换车")
    assert (await call(contact.get_corp_tag_list))["tag_group"][0]["tag"][0]["name"] == "想换车"
    assert (await call(contact.get, zhang.external_userid))["follow_user"][0]["tags"][0]["tag_name"] == "想换车"
    await call(contact.del_corp_tag, [tag_id])

    task = {"chat_type": "single", "external_userid": [zhang.external_userid], "text": {"content": "回店礼"}}
    assert (await call(contact.add_msg_template, task))["fail_list"] == []
    now = stand.simulation.clock.seconds()
    days = await call(contact.get_user_behavior_data, ["WangFang"], now - 86400, now)
    assert [day["new_contact_cnt"] for day in days["behavior_data"]] == [0, 1]
    await call(contact.del_contact_way, config_id)
    assert await refused(contact.get_contact_way, config_id) == 41044


async def test_wechatpy_serves_the_mini_program(stand: Stand, mini_program: MiniProgramClient, zhang: Any) -> None:
    assert (await call(mini_program.fetch_access_token))["expires_in"] == 7200
    login = (await stand.hand("POST", "people/zhang/login"))["code"]
    session = await call(mini_program.wxa.code_to_session, login)
    assert (session["openid"], session["unionid"]) == (zhang.openid, zhang.unionid)
    assert await refused(mini_program.wxa.code_to_session, login) == 40163
    code = (await stand.hand("POST", "people/zhang/phone-code"))["code"]
    phone = (await call(mini_program.wxa.get_phone_number, code))["phone_info"]
    assert phone["purePhoneNumber"] == "13800000001"
    picture = await call(mini_program.wxa.get_wxa_code_unlimited, "c=12", page="pages/claim")
    assert picture.content.startswith(b"\x89PNG")
    await stand.hand("POST", "people/zhang/subscribe", {"choices": {"T-A": True}})
    data = {"thing1": {"value": "保养"}}
    await call(mini_program.wxa.send_subscribe_message, zhang.openid, "T-A", data)
    assert await refused(mini_program.wxa.send_subscribe_message, zhang.openid, "T-A", data) == 43101
    await call(mini_program.wxa.check_text_security, "你好")
    assert await refused(mini_program.wxa.check_text_security, "违规") == 87014
    link = await call(mini_program.wxa.get_url_link, path="/pages/claim", query="c=12", is_expire=True)
    assert link["url_link"]
    scheme = await call(mini_program.wxa.get_url_scheme, jump_wxa={"path": "/pages/claim", "query": "c=12"})
    assert scheme["openlink"]


@pytest.mark.usefixtures("_official_addresses")
@pytest.mark.parametrize("mode", ["public key", "certificates"])
async def test_wechatpayv3_pays_asks_closes_and_refunds(stand: Stand, zhang: Any, mode: str) -> None:
    keys = {"public_key": stand.merchant.platform_public_pem, "public_key_id": stand.settings.pay_platform_serial}
    if mode == "certificates":
        await stand.hand("POST", "pay/serial-form", {"form": "certificate"})
    merchant = await call(
        WeChatPay,
        wechatpay_type=WeChatPayType.JSAPI,
        mchid=stand.settings.pay_mch_id,
        private_key=stand.merchant.private_pem,
        cert_serial_no=stand.settings.pay_merchant_serial,
        apiv3_key=API_V3_KEY,
        appid=stand.settings.weixin_app_id,
        notify_url=f"{stand.product.url}/pay/notify",
        **(keys if mode == "public key" else {}),
    )

    async def answer(function: Callable[..., Any], *arguments: Any, **options: Any) -> tuple[int, Any]:
        status, text = await call(function, *arguments, **options)
        return status, json.loads(text) if text else None

    order = {"description": "工单 0231", "amount": {"total": 178200}, "payer": {"openid": zhang.openid}}
    status, prepaid = await answer(merchant.pay, out_trade_no="RO20261123-0231", **order)
    assert status == 200, prepaid
    stamp, nonce, package = str(stand.simulation.clock.seconds()), "n1", f"prepay_id={prepaid['prepay_id']}"
    signature = merchant.sign([stand.settings.weixin_app_id, stamp, nonce, package])
    sheet = {"timeStamp": stamp, "nonceStr": nonce, "package": package, "signType": "RSA", "paySign": signature}
    await stand.hand("POST", "people/zhang/payments", sheet)
    await stand.hand("POST", "people/zhang/payments/RO20261123-0231/confirm")
    await stand.settle()
    notice = next(got for got in stand.product.received if got.path == "/pay/notify")
    opened = await call(merchant.callback, {k.title(): v for k, v in notice.headers.items()}, notice.body.decode())
    assert opened["resource"]["trade_state"] == "SUCCESS"
    status, paid = await answer(merchant.query, out_trade_no="RO20261123-0231")
    assert (status, paid["amount"]["total"]) == (200, 178200)

    refund = {"out_trade_no": "RO20261123-0231", "amount": {"refund": 100, "total": 178200, "currency": "CNY"}}
    assert (await answer(merchant.refund, out_refund_no="RF-1", **refund))[0] == 200
    assert (await answer(merchant.query_refund, "RF-1"))[1]["amount"]["refund"] == 100
    assert (await answer(merchant.pay, out_trade_no="RO20261123-0232", **order))[0] == 200
    assert (await answer(merchant.close, "RO20261123-0232"))[0] == 204
    assert (await answer(merchant.query, out_trade_no="RO20261123-9999"))[0] == 404


async def test_tencent_s_own_crypto_opens_and_makes_what_the_simulator_sends(stand: Stand, zhang: Any) -> None:
    stand.product.answer = lambda got: (200, "")
    await stand.hand("POST", "people/zhang/add", {"userid": "WangFang"})
    await stand.settle()
    got = next(got for got in stand.product.received if got.path == "/callbacks/wecom")
    ticket = (await stand.wecom("get_jsapi_ticket"))["ticket"]
    encrypted = got.body.decode().split("<Encrypt>")[1].split("</Encrypt>")[0]
    told = {
        "token": TOKEN,
        "key": AES_KEY,
        "query": got.query,
        "encrypted": encrypted.removeprefix("<![CDATA[").removesuffix("]]>"),
        "ticket": ticket,
        "reply": "<xml><MsgType>text</MsgType><Content>好的</Content></xml>",
        "corp": stand.settings.corp_id,
    }
    node = shutil.which("node") or str(REPOSITORY / ".venv" / "bin" / "node")
    ran = await asyncio.to_thread(
        subprocess.run,
        [node, "--input-type=module", "-e", _NODE],
        input=json.dumps(told),
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
        timeout=60,
        check=True,
    )
    answer = json.loads(ran.stdout)
    assert answer["signature"] == got.query["msg_signature"]
    assert answer["id"] == stand.settings.corp_id
    assert answer["message"] == stand.open_callback(got)
    assert zhang.external_userid in answer["message"]
    assert MessageCrypto(AES_KEY, stand.settings.corp_id).decrypt(answer["sealed"]) == told["reply"]
    assert len(answer["jsapi"]) == 40


_NODE = """
import { readFileSync } from 'node:fs'
import { decrypt, encrypt, getJsApiSignature, getSignature } from '@wecom/crypto'

const told = JSON.parse(readFileSync(0, 'utf8'))
const { timestamp, nonce } = told.query
const { message, id } = decrypt(told.key, told.encrypted)
const js = getJsApiSignature({ url: 'https://dealer.example/console', ticket: told.ticket })
process.stdout.write(JSON.stringify({
  signature: getSignature(told.token, timestamp, nonce, told.encrypted),
  message,
  id,
  sealed: encrypt(told.key, told.reply, told.corp),
  jsapi: js.signature,
}))
"""
