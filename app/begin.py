"""`wedealer init` and `wedealer sign-in-address`: commands for the person who has a shell on the server."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import click

from app import migrations, orm
from app.wiring import wire
from crm_core.dealerships import beginning
from crm_core.dealerships.brand import SHORT_LONGEST, suggested
from foundation import cache, database
from foundation.errors import WeDealerError
from foundation.settings import get_settings


def begin(group_name: str, short_name: str, corp_id: str, userid: str, name: str) -> None:
    """Run the migrations, write the group, print the sign-in address and what the group is called.

    An empty short name means one that is cut from the group's name.

    Raises:
        ClickException: the short name is too long, or the database is not empty, unknown to this code, or of another
            corp than the settings.
    """
    if len(short_name.strip()) > SHORT_LONGEST:
        raise click.ClickException(f"--short 最多 {SHORT_LONGEST} 个字 at most {SHORT_LONGEST} characters")
    settings = get_settings()
    if settings.wecom.corp_id and settings.wecom.corp_id != corp_id:
        raise click.ClickException("--corp-id 和 WEDEALER_WECOM__CORP_ID 不一致 differs from the settings")
    try:
        asyncio.run(migrations.migrate(settings.database_url.get_secret_value()))
    except migrations.SchemaUnknown as refusal:
        raise click.ClickException(str(refusal)) from None
    called = suggested(group_name.strip())
    if short_name.strip():
        called = replace(called, short=short_name.strip())
    _tell(lambda: beginning.begin(group_name.strip(), called, corp_id.strip(), userid.strip(), name.strip()))
    click.echo(f"简称「{called.short}」、短信签名【{called.sms_signature}】，以后在 设置 → 集团 里改")


def another_address(userid: str) -> None:
    """Print another sign-in address for an administrator.

    Raises:
        ClickException: the person is not an administrator here.
    """
    _tell(lambda: beginning.another_address(userid.strip()))


def _tell(work: Callable[[], Awaitable[str]]) -> None:
    try:
        token = asyncio.run(_connected(work))
    except WeDealerError as refusal:
        raise click.ClickException(refusal.text) from None
    public_url = get_settings().public_url or "http://127.0.0.1:8800"
    minutes = int(beginning.GOOD_FOR.total_seconds() // 60)
    # The token stands behind the `#`, which browsers do not send, so that neither a proxy nor a log ever sees it.
    click.echo(f"{public_url}/console/sign-in#address={token}")
    click.echo(f"请在 {minutes} 分钟内用浏览器打开，只能用一次  open it within {minutes} minutes; it is good once")


async def _connected(work: Callable[[], Awaitable[str]]) -> str:
    wire()
    await database.connect(orm.tortoise_config())
    try:
        return await work()
    finally:
        await cache.close()
        await database.close()
