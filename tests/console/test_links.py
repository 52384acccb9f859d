"""Every link of a message to staff opens a page the console has."""

import re
from pathlib import Path
from typing import Any

import orjson
import pytest

ROOT = Path(__file__).parents[2]
WEB = ROOT / "console/web/src"
ROUTE_FILES = [WEB / "router.ts", *sorted(WEB.rglob("pages/**/routes.ts"))]
"""The router, and the routes an area keeps beside its pages."""
PAGES = "".join(path.read_text() for path in WEB.rglob("*.vue"))
TEMPLATES = ROOT / "templates/messages"
SENT_BY_NOBODY = {"lead_new"}
"""Kept with the catalogue of messages, with pages of their own still to come."""


def _routes() -> list[re.Pattern[str]]:
    texts = [file.read_text() for file in ROUTE_FILES]
    paths = [path for text in texts for path in re.findall(r"\{ path: '([a-z][^']*)', name:", text)]
    plain = [path.replace(r"(\\d+)", "") for path in paths]
    return [re.compile(re.sub(r"/:(\w+)\?", r"(/\\d+)?", path).replace("/:id", r"/\d+") + "$") for path in plain]


def _links(spec: Any) -> list[str]:
    if isinstance(spec, dict):
        own = [spec["page"]] if isinstance(spec.get("page"), str) else []
        return own + [link for value in spec.values() for link in _links(value)]
    return [link for value in spec for link in _links(value)] if isinstance(spec, list) else []


CARDS = sorted(path.parent.name for path in TEMPLATES.glob("*/card.json"))


@pytest.mark.parametrize("template", [name for name in CARDS if name not in SENT_BY_NOBODY])
def test_every_link_of_a_card_opens_a_page(template: str) -> None:
    links = _links(orjson.loads((TEMPLATES / template / "card.json").read_bytes()))
    routes = _routes()
    assert links
    for link in links:
        path = link.replace("{{ about.object_id }}", "7").split("#")[0].split("?")[0]
        assert path.startswith("/console/"), link
        assert any(route.match(path.removeprefix("/console/")) for route in routes), f"{link} leads nowhere"


@pytest.mark.parametrize("template", [name for name in CARDS if name not in SENT_BY_NOBODY])
def test_what_a_link_asks_to_open_is_opened_by_its_page(template: str) -> None:
    links = _links(orjson.loads((TEMPLATES / template / "card.json").read_bytes()))
    for link in links:
        _, _, asked = link.partition("?do=")
        _, _, anchor = link.partition("#")
        assert not asked or f"onAsked('{asked}'" in PAGES, f"{link} opens nothing"
        assert not anchor or f'id="{anchor}"' in PAGES, f"{link} points at nothing"


def test_a_card_whose_page_is_not_there_is_sent_by_nobody() -> None:
    rooms = ("app", "bot", "campaigns", "console", "crm_core", "miniprogram_api", "partner_api")
    sources = [path.read_text() for room in rooms for path in (ROOT / room).rglob("*.py")]
    assert [name for name in SENT_BY_NOBODY for source in sources if f'"{name}"' in source] == []


def test_no_page_of_the_console_is_a_promise() -> None:
    for routes in ROUTE_FILES:
        for name in re.findall(r"import\('(\.[^']+\.vue)'\)", routes.read_text()):
            page = routes.parent / name
            assert page.is_file(), name
            assert "还没有内容" not in page.read_text(), name
