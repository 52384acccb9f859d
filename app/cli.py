"""The `wedealer` command. Each subcommand imports what it needs when called, so that `wedealer --help` is fast."""

import asyncio
import sys

import click

DEFAULT_OWNERS = 12_000
"""Invented car owners in a demo: enough that a broadcast of one store shows its effect."""


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120})
def main() -> None:
    """WeDealer: between a dealer group's WeCom staff and its WeChat customers."""


@main.command()
@click.option("--fresh", is_flag=True, help="Forget the demo's data and begin anew.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port of the product (default: 8800 or the next free one).")
@click.option("--simulator-port", type=click.IntRange(1, 65535), help="Port of the simulator (default: 8900 or next).")
@click.option("--owners", type=click.IntRange(0), default=DEFAULT_OWNERS, show_default=True, help="Car owners to seed.")
@click.option("--prepare", "only_prepare", is_flag=True, help="Make the data that a start copies, and end.")
def demo(fresh: bool, port: int | None, simulator_port: int | None, owners: int, only_prepare: bool) -> None:
    """Everything on this machine: PostgreSQL, Valkey, web, worker, scheduler, simulator. Ctrl-C stops it all."""
    from app.demo import prepare, run

    if only_prepare:
        sys.exit(prepare(owners=owners))
    sys.exit(run(fresh=fresh, port=port, simulator_port=simulator_port, owners=owners))


@main.command()
def serve() -> None:
    """The web process: callbacks, owner API, staff API and console."""
    from app.server import serve as serve_web

    sys.exit(serve_web())


@main.command()
def worker() -> None:
    """Run jobs until stopped; start as many as you like, on as many machines."""
    from app.processes import run_worker

    run_worker()


@main.command()
def scheduler() -> None:
    """Start what is due by the timetable; one of all running schedulers is active."""
    from app.processes import run_scheduler

    run_scheduler()


@main.command()
def simulator() -> None:
    """The stand-in for WeCom, WeChat and WeChat Pay."""
    from simulator.server import serve as serve_simulator

    serve_simulator()


@main.command()
@click.option("--history", is_flag=True, help="Only list the migrations and which are applied.")
def migrate(history: bool) -> None:
    """Bring the database's schema up to this code."""
    from app import migrations
    from foundation.settings import get_settings

    url = get_settings().database_url.get_secret_value()
    try:
        if history:
            for name, applied in asyncio.run(migrations.history(url)):
                click.echo(f"{'[x]' if applied else '[ ]'} {name}")
        else:
            done = asyncio.run(migrations.migrate(url))
            click.echo("\n".join(f"applied: {name}" for name in done) or "the schema is current")
    except migrations.SchemaUnknown as refusal:
        raise click.ClickException(str(refusal)) from None


@main.command()
@click.option("--owners", type=click.IntRange(0), default=DEFAULT_OWNERS, show_default=True, help="Car owners to make.")
@click.option("--only-if-empty", is_flag=True, help="Do nothing if the group already exists.")
def seed(owners: int, only_if_empty: bool) -> None:
    """Fill a demo database with a dealer group, its people, cars and history."""
    from app.seed import seed as fill

    fill(owners=owners, only_if_empty=only_if_empty)


@main.command("messages-preview", context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def messages_preview(arguments: tuple[str, ...]) -> None:
    """Print each message as each channel shows it; name some to see only those."""
    import importlib

    from app import rooms
    from crm_core.wording.preview import main as preview

    for module in rooms.ways_out():  # Each channel states the limits that its texts must keep.
        importlib.import_module(module)
    sys.exit(preview(list(arguments)))


@main.command()
def openapi() -> None:
    """Print the API's OpenAPI document, from which the web pages take their types; needs no database."""
    import json

    from app.server import VERSION
    from app.wiring import wire
    from foundation.web.openapi import document

    wire()
    click.echo(json.dumps(document("WeDealer", VERSION), ensure_ascii=False))


@main.command()
@click.option("--group", "group_name", required=True, help="集团名称 the group's name.")
@click.option("--short", "short_name", default="", help="集团简称，最多 6 个字 else cut from the group's name.")
@click.option("--corp-id", required=True, help="企业微信的企业ID the corp's id.")
@click.option("--admin", "userid", required=True, help="第一位管理员的企业微信账号 userid of the first administrator.")
@click.option("--name", default="系统管理员", show_default=True, help="管理员姓名 what they are called.")
def init(group_name: str, short_name: str, corp_id: str, userid: str, name: str) -> None:
    """Begin on an empty database: the group, its first administrator, an address to sign in at."""
    from app.begin import begin

    begin(group_name, short_name, corp_id, userid, name)


@main.command("sign-in-address")
@click.argument("userid")
def sign_in_address(userid: str) -> None:
    """Print an address that signs an administrator in, once, within half an hour."""
    from app.begin import another_address

    another_address(userid)


@main.command("production-files")
@click.argument("folder", type=click.Path(file_okay=False))
def production_files(folder: str) -> None:
    """Copy the files of docs/how-to/run-in-production.md into FOLDER: systemd units, nginx, PostgreSQL, Prometheus."""
    import shutil
    from pathlib import Path

    source = Path(__file__).with_name("production")
    shutil.copytree(source, folder, dirs_exist_ok=True)
    for file in sorted(source.iterdir()):
        click.echo(str(Path(folder) / file.name))


@main.command()
def check() -> None:
    """Test each connection of a real corp and say in Chinese what is missing."""
    from app.check import main as check_connections

    check_connections()


if __name__ == "__main__":
    main(prog_name="wedealer")
