"""`wedealer check`: test each connection of a real corp and say in Chinese what is missing and where to get it."""

import asyncio
import contextlib
import re
import sys
from collections.abc import Awaitable, Callable
from typing import Final

import click
from pydantic import ValidationError

from crm_core.settings.connections import Connection
from foundation.errors import PlatformError, WeDealerError
from foundation.settings import Settings, get_settings
from integrations.sms import PlatformTemplate, ReviewState, SmsError, sms_client

_WHERE: Final = {
    "WEDEALER_DATABASE_URL": "PostgreSQL 15 以上的连接串，postgres://用户:密码@主机/库",
    "WEDEALER_REDIS_URL": "Redis 7 或 Valkey 的连接串，redis://主机:6379/0",
    "WEDEALER_PUBLIC_URL": "企业微信和小程序访问本系统的 https 地址，结尾不带 /",
    "WEDEALER_SESSION_SECRET": "自己生成的随机串，至少 32 个字符：openssl rand -hex 32",
    "WEDEALER_WECOM__CORP_ID": "企业微信管理后台 › 我的企业 › 企业信息 › 企业ID",
    "WEDEALER_WECOM__AGENT_ID": "企业微信管理后台 › 应用管理 › 自建应用 › AgentId",
    "WEDEALER_WECOM__AGENT_SECRET": "同一页的 Secret（会发到管理员手机）",
    "WEDEALER_WECOM__CALLBACK_TOKEN": "自建应用 › 接收消息 › 设置API接收 › Token",
    "WEDEALER_WECOM__CALLBACK_AES_KEY": "同一页的 EncodingAESKey，43 个字符",
    "WEDEALER_WEIXIN__APP_ID": "微信公众平台 › 小程序 › 开发管理 › 开发设置 › AppID",
    "WEDEALER_WEIXIN__APP_SECRET": "同一页的 AppSecret",
    "WEDEALER_WECHAT_PAY__MCH_ID": "微信支付商户平台 › 账户中心 › 商户信息 › 商户号",
    "WEDEALER_WECHAT_PAY__MERCHANT_SERIAL": "商户平台 › 账户中心 › API安全 › 商户API证书 › 证书序列号",
    "WEDEALER_WECHAT_PAY__MERCHANT_PRIVATE_KEY": "申请证书时得到的 apiclient_key.pem 的内容",
    "WEDEALER_WECHAT_PAY__API_V3_KEY": "商户平台 › API安全 › 设置APIv3密钥，32 个字符",
    "WEDEALER_WECHAT_PAY__PLATFORM_SERIAL": "商户平台 › API安全 › 微信支付公钥 › 公钥ID（PUB_KEY_ID_ 开头）",
    "WEDEALER_WECHAT_PAY__PLATFORM_PUBLIC_KEY": "同一页下载的 pub_key.pem 的内容",
}
_ADVICE: Final = {
    60020: "服务器的出口 IP 不在自建应用的“企业可信IP”里，请到 应用管理 › 自建应用 › 企业可信IP 添加。",
    40001: "Secret 不对，或不是这个应用的。",
    40013: "企业ID或 AppID 不对。",
    40091: "Secret 不对。",
    40125: "AppSecret 不对。",
    40164: "服务器的出口 IP 不在小程序的 IP 白名单里，请到 开发管理 › 开发设置 添加。",
    48002: "这个应用没有客户联系权限，请到 客户联系 › 可调用接口的应用 勾选它。",
}
MOST_REFUSED: Final = 5
"""Refused templates of SMS that one sentence names."""
OLDEST_POSTGRES: Final = 15
"""The version in Debian 12, on which the tests pass. Older versions are not tested."""
OLDEST_REDIS: Final = 7
"""The version in Debian 12. Every Valkey reports `redis_version` 7 to clients that ask for it."""


def main() -> None:
    """Print every outcome; exits 1 when something is missing."""
    try:
        settings = get_settings()
    except ValidationError as error:
        click.echo("配置读不了：" + "；".join(str(item["msg"]) for item in error.errors()))
        _list_missing(Settings.model_construct().missing_secrets())
        sys.exit(1)
    missing = settings.missing_secrets()
    _list_missing(missing)
    outcomes = asyncio.run(_test_all())
    for outcome in outcomes:
        click.echo(f"{'✓' if outcome.is_good else '✗'} {outcome.name}  {outcome.sentence}")
    is_ready = not missing and all(outcome.is_good for outcome in outcomes)
    click.echo(
        "都通了，可以启动：wedealer serve、worker、scheduler" if is_ready else "还有没通的，按上面的提示处理后再试。"
    )
    sys.exit(0 if is_ready else 1)


def _list_missing(names: list[str]) -> None:
    for name in names:
        click.echo(f"✗ 缺少 {name}  {_WHERE.get(name, '')}")


async def _test_all() -> list[Connection]:
    try:
        return await tested()
    finally:
        await _close_clients()


async def tested() -> list[Connection]:
    """Test every connection once; each result says in words what is wrong."""
    tests: tuple[tuple[str, Callable[[], Awaitable[str]]], ...] = (
        ("PostgreSQL", _postgres),
        ("Redis / Valkey", _redis),
        ("企业微信 应用凭证", _wecom),
        ("企业微信 客户联系权限", _customer_contact),
        ("企业微信 回调密钥", _callback),
        ("小程序 凭证", _weixin),
        ("小程序 订阅消息模板", _templates),
        ("微信支付 密钥", _pay),
        ("行驶证识别（可以不接）", _ocr),
        ("开票服务（可以不接）", _einvoice),
        ("短信（可以不接）", _sms),
    )
    return [await _test(name, test) for name, test in tests]


async def _close_clients() -> None:
    from integrations.einvoice import invoice_service
    from integrations.ocr import licence_reader
    from integrations.wechat_pay import wechat_pay_client
    from integrations.wecom import wecom_client
    from integrations.weixin import weixin_client

    for service in (licence_reader(), invoice_service(), sms_client()):
        if service is not None:
            await service.close()
    for client in (wecom_client, weixin_client, wechat_pay_client):
        # Without its settings there is no client; the missing settings have been reported already.
        with contextlib.suppress(Exception):
            await client().close()


async def _test(name: str, test: Callable[[], Awaitable[str]]) -> Connection:
    try:
        return Connection(name, True, await test())
    except PlatformError as error:
        errcode = int(error.errcode) if str(error.errcode).lstrip("-").isdigit() else error.errcode
        advice = (
            _ADVICE.get(errcode, "请对照平台的错误码说明处理。") if isinstance(errcode, int) else "连不上，请检查网络。"
        )
        return Connection(name, False, f"平台答复 {error.errcode}：{advice}")
    except WeDealerError as error:
        return Connection(name, False, error.text)
    except Exception as error:
        # Any error ends this test only: the other connections are still worth testing.
        return Connection(name, False, f"不通（{type(error).__name__}），请检查地址和密钥。")


async def _postgres() -> str:
    import asyncpg

    from app import migrations
    from foundation.database import asyncpg_dsn

    url = get_settings().database_url.get_secret_value()
    connection = await asyncpg.connect(asyncpg_dsn(url), timeout=5)
    try:
        version = str(await connection.fetchval("SHOW server_version"))
    finally:
        await connection.close()
    _refuse_older("PostgreSQL", version, OLDEST_POSTGRES)
    try:
        behind = await migrations.pending(url)
    except migrations.SchemaUnknown as refusal:
        raise WeDealerError(str(refusal)) from None
    return f"{version}，" + (f"还差 {len(behind)} 步结构，运行 wedealer migrate" if behind else "结构是最新的")


async def _redis() -> str:
    from foundation import cache

    try:
        information = await cache.redis().info("server")
    finally:
        await cache.close()
    _refuse_older("Redis", str(information["redis_version"]), OLDEST_REDIS)
    return f"{information.get('valkey_version') or information['redis_version']}"


def _refuse_older(name: str, version: str, oldest: int) -> None:
    """`version` as its server says it: "15.20 (Debian 15.20-0+deb12u1)", "18beta1".

    Raises:
        WeDealerError: its first number is below `oldest`.
    """
    major = re.match(r"\d+", version)
    if major is None or int(major[0]) < oldest:
        raise WeDealerError(f"{name} {version} 太旧，要 {oldest} 以上，请升级后再试。")


async def _wecom() -> str:
    from integrations.wecom import wecom_client

    addresses = await wecom_client().callback_addresses()
    return f"凭证有效，平台回调来自 {len(addresses)} 个地址"


async def _customer_contact() -> str:
    from integrations.wecom import wecom_client

    members = await wecom_client().contacts.follow_users()
    return f"可用，{len(members)} 位成员能加客户"


async def _callback() -> str:
    from integrations.wecom.callback_crypto import CallbackCrypto

    wecom = get_settings().wecom
    crypto = CallbackCrypto(
        wecom.callback_token.get_secret_value(), wecom.callback_aes_key.get_secret_value(), wecom.corp_id
    )
    assert crypto.seal_reply(b"check", "1", "check")
    return f"格式正确，回调地址填 {get_settings().public_url}/callbacks/wecom"


async def _weixin() -> str:
    from integrations.weixin import weixin_client

    await weixin_client().token.get()
    return "凭证有效"


async def _templates() -> str:
    from crm_core.wording.catalogue import catalogue
    from crm_core.wording.facts import MessageProblem
    from crm_core.wording.subscribe_keys import subscribe_templates

    try:
        templates = subscribe_templates()
    except MessageProblem:
        file = get_settings().weixin.subscribe_keys_file
        raise WeDealerError(f"{file} 没有或读不了，请照 connect-a-corp.md 填好模板号和字段。") from None
    if problems := templates.problems(catalogue()):
        raise WeDealerError("；".join(problems))
    return "每条消息都有模板和字段"


async def _pay() -> str:
    from integrations.wechat_pay import wechat_pay_client

    # Ask for an order that does not exist: a signed "no such order" proves keys, serial and merchant number in one
    # call.
    await wechat_pay_client().query_payment("wedealer_check_000000")
    return "签名和验签都通过"


async def _ocr() -> str:
    from integrations.ocr import licence_reader

    reader = licence_reader()
    if reader is None:
        return "没有接，登记时照着行驶证填"
    await reader.check()
    return "地址和密钥有效"


async def _einvoice() -> str:
    from integrations.einvoice import invoice_service

    service = invoice_service()
    if service is None:
        return "没有接，在税务系统开好后登记号码"
    await service.check()
    return "地址和密钥有效"


async def _sms() -> str:
    service = sms_client()
    if service is None:
        return "没有接，微信收不到的客户由人打电话"
    try:
        listed = await service.templates()
    except SmsError as error:
        raise WeDealerError(f"平台答复 {error.platform_code}，请核对密钥、应用号和余额。") from None
    address = f"{get_settings().public_url}/callbacks/sms/…"
    return f"密钥有效，{_reviewed(listed)}；回执推送地址填 {address}/reports，回复推送地址填 {address}/replies"


def _reviewed(listed: list[PlatformTemplate]) -> str:
    """How many templates of SMS may go out, and what the review said against the others."""
    refused = [f"「{each.name}」{each.reply}" for each in listed if each.state is ReviewState.REFUSED]
    usable = sum(each.state is ReviewState.USABLE for each in listed)
    counted = f"短信模板 {usable} 个可用，{len(listed) - usable - len(refused)} 个在审核"
    return f"{counted}，没有通过：{'；'.join(refused[:MOST_REFUSED])}" if refused else counted
