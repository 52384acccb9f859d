"""`wedealer messages-preview` shows every message as its reader sees it, with example and longest values, and problems.

It needs no database and no platform. The exit code is 1 when any message has a problem, so that a build fails.
"""

from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from crm_core.wording.catalogue import Catalogue, ChannelFile, MessageTemplate, catalogue
from crm_core.wording.facts import MessageProblem
from crm_core.wording.proofreading import Case, Rendered, ShownCard, cases, proofread, render
from crm_core.wording.rendering import PageText, SubscribeContent
from crm_core.wording.subscribe_keys import SubscribeTemplateMap
from foundation.reading import read_model

GALLERY = Path(__file__).resolve().parents[2] / "templates"
KINDS = {"service": "服务", "marketing": "营销"}
CHANNELS: dict[str, str] = {
    ChannelFile.SUBSCRIBE: "小程序订阅消息",
    ChannelFile.CARD: "企微卡片",
    ChannelFile.WELCOME: "欢迎语",
    ChannelFile.GROUP_SEND: "企微群发",
    ChannelFile.MOMENTS: "朋友圈",
    ChannelFile.WECOM_TEXT: "企微文字",
    ChannelFile.SMS: "短信",
    ChannelFile.PAGE: "页面文字",
    ChannelFile.CHAT: "员工自己发的企微消息",
}


def main(arguments: Sequence[str]) -> int:
    """The command line: ids or folder names to show only those, `--html FILE` to write a gallery."""
    parser = ArgumentParser(prog="wedealer messages-preview", description="看每条消息的样子，检查每个平台的长度限制。")
    parser.add_argument("names", nargs="*", help="消息编号或文件夹名；不写就看全部")
    parser.add_argument("--id", action="append", default=[], help="同上")
    parser.add_argument("--html", type=Path, help="另存一页 HTML 预览")
    chosen = parser.parse_args(arguments)
    return preview(chosen.names + chosen.id, chosen.html)


def preview(
    names: Sequence[str] = (),
    html_path: Path | None = None,
    echo: Callable[[str], object] = print,
    messages: Catalogue | None = None,
) -> int:
    """Print the named messages or all of them; write a gallery if `html_path` is given; return an exit code.

    0: no shown message has a problem; 1: at least one has; 2: there is no such message.
    """
    messages = messages or catalogue()
    try:
        chosen = [messages.message(name) for name in names] or list(messages)
    except MessageProblem:
        echo(f"没有这条消息。可选：{'、'.join(message.id for message in messages)}")
        return 2
    problems = {message.id: proofread(message) for message in chosen}
    for message in chosen:
        for line in _lines(message, problems[message.id]):
            echo(line)
    if not names:
        problems["subscribe_keys.demo.json"] = SubscribeTemplateMap.load().problems(messages)
    if html_path:
        html_path.write_text(gallery(chosen, problems), encoding="utf-8")
        echo(f"已写好预览页：{html_path}")
    return _verdict(problems, echo)


def _verdict(problems: dict[str, list[str]], echo: Callable[[str], object]) -> int:
    bad = {name: found for name, found in problems.items() if found}
    for name, found in bad.items():
        for problem in found:
            echo(f"✗ {name}  {problem}")
    echo(f"共 {len(problems)} 项，{len(bad)} 项有问题。" if bad else f"共 {len(problems)} 项，全部合格。")
    return 1 if bad else 0


def _lines(message: MessageTemplate, problems: list[str]) -> Iterator[str]:
    mark = "✗" if problems else "✓"
    yield f"{mark} {message.id}  {message.name}  {KINDS[message.meta.kind]} → {'、'.join(message.meta.to)}"
    yield f"  {message.meta.when}"
    for shown in shown_cases(message):
        yield f"  ── {shown.channel} · {shown.label}"
        yield from (f"     {line}" for line in _plain(shown.look))
    yield ""


@read_model
class LookRow:
    """A line of a card: what it tells, and its value."""

    label: str
    value: str


@read_model
class Look:
    """How a phone shows a message; what it does not have is empty. `is_chat` is a bubble, anything else a card."""

    is_chat: bool
    source: str
    title: str
    text: str
    rows: list[LookRow]
    buttons: list[str]
    attached: list[str]
    """Titles of the mini program's cards below a bubble."""
    after: list[str]
    """What the buttons say once one was pressed."""


@dataclass(frozen=True)
class ShownCase:
    """One channel of a message in one case, as its reader sees it."""

    channel: str
    """As staff call it."""
    file: str
    variant: str | None
    case: str
    """示例, 最长 or 从简."""
    label: str
    rendered: Rendered
    look: Look


def shown_cases(message: MessageTemplate) -> Iterator[ShownCase]:
    """Every channel of a message, rendered in every case. What cannot be rendered is left out; it is a reported
    problem.
    """
    try:
        tried = list(cases(message))
    except MessageProblem:
        return
    for channel in message.channels:
        for case in tried:
            try:
                rendered = render(message, case, channel)
            except MessageProblem:
                continue
            yield ShownCase(
                CHANNELS.get(channel, channel),
                Path(channel).stem,
                case.variant,
                case.label,
                _label(case),
                rendered,
                _look(rendered),
            )


def _label(case: Case) -> str:
    return f"{case.variant} · {case.label}" if case.variant else case.label


_BARE = Look(is_chat=False, source="", title="", text="", rows=[], buttons=[], attached=[], after=[])


def _look(rendered: Rendered) -> Look:
    match rendered:
        case str():
            return replace(_BARE, is_chat=True, text=rendered)
        case PageText():
            return replace(_BARE, text=rendered.text, buttons=[rendered.button] if rendered.button else [])
        case SubscribeContent():
            return replace(
                _BARE, title=rendered.title, rows=[LookRow(field.label, field.value) for field in rendered.fields]
            )
        case ShownCard():
            card = rendered.card
            return replace(
                _BARE,
                source=card["source"]["desc"],
                title=card["main_title"]["title"],
                text=card["main_title"]["desc"],
                rows=[LookRow(row["keyname"], row["value"]) for row in card["horizontal_content_list"]],
                buttons=[button["text"] for button in card.get("button_list", [])],
                after=[update.replace_name for update in rendered.after.values()],
            )
        case _:
            attached = [item["miniprogram"]["title"] for item in rendered["attachments"]]
            return replace(_BARE, is_chat=True, text=rendered["text"]["content"], attached=attached)


def _plain(look: Look) -> Iterator[str]:
    yield from (text for text in (look.source, look.title, look.text) if text)
    yield from (f"{row.label}  {row.value}" for row in look.rows)
    yield from (f"▣ 小程序 {title}" for title in look.attached)
    if look.buttons:
        yield " ".join(f"[{button}]" for button in look.buttons)
    if look.after:
        yield "点过之后 " + " ".join(f"[{text}]" for text in look.after)


def gallery(messages: list[MessageTemplate], problems: dict[str, list[str]]) -> str:
    """One page with every message drawn as WeChat and WeCom draw it."""
    env = Environment(loader=FileSystemLoader(GALLERY), undefined=StrictUndefined, autoescape=True)
    shown = [{"message": m, "cases": list(shown_cases(m)), "problems": problems[m.id]} for m in messages]
    return env.get_template("messages_gallery.html.jinja").render(messages=shown, kinds=KINDS)
