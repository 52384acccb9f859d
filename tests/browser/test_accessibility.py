"""No page of the console has a serious finding of axe, in light and in dark, nor scrolls sideways on a phone."""

import re
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Page

from app.embedded.state import REPOSITORY
from tests.browser.conftest import SCREEN, Demo

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]
AXE = REPOSITORY / "node_modules" / "axe-core" / "axe.min.js"
ROLES = ["SA", "SVM", "WC", "TEC", "QC", "PRT", "CSH", "FIN", "CRC", "SC", "MKT", "GM", "GRP", "ADM", "DPO"]
"""One person of each role; a page is checked once, as the first person who finds a link to it."""
_RUN = """async (only) => (await axe.run(document, {resultTypes: ['violations'], ...only})).violations
  .filter(({impact}) => impact === 'serious' || impact === 'critical')
  .map(({id, nodes}) => `${id}: ` + nodes.slice(0, 3).map(({html, any}) => html.slice(0, 120) + any[0]?.message))"""

_BEYOND = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll('main *')].filter(one => one.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 3).map(one => one.outerHTML.slice(0, 120))"""


def test_no_page_of_the_console_has_a_serious_finding(demo: Demo, browser: Browser) -> None:
    findings: list[str] = []
    seen: set[str] = set()
    for role, token in _people(demo).items():
        context = browser.new_context(viewport=SCREEN, locale="zh-CN", bypass_csp=True)
        context.add_init_script(f"sessionStorage.setItem('wedealer.staff-token', '{token}')")
        tab = context.new_page()
        waiting = ["/console/"]
        while waiting:
            address = waiting.pop(0)
            if (shape := _shape(address)) in seen:
                continue
            tab.goto(demo.product + address)
            tab.wait_for_load_state("networkidle")
            if shape != "/console/":
                seen.add(shape)
            findings += [f"{role} {address} {found}" for found in _looked_at(tab)]
            findings += [f"{role} {address} on a phone: {found}" for found in _wider_than_a_phone(tab)]
            waiting += _links(tab)
        context.close()
    assert not findings, "\n".join(findings)
    assert len(seen) > 15, sorted(seen)


def test_nor_has_the_page_to_sign_in_with(demo: Demo, browser: Browser) -> None:
    tab = browser.new_page(viewport=SCREEN, locale="zh-CN", bypass_csp=True)
    tab.goto(f"{demo.product}/console/sign-in")
    tab.wait_for_load_state("networkidle")
    assert _looked_at(tab) == []


def _people(demo: Demo) -> dict[str, str]:
    """The first of each role, signed in."""
    with httpx.Client(base_url=f"{demo.product}/api/staff") as doors:
        people = doors.get("/sign-in").json()["people"]
        found = {}
        for role in ROLES:
            person = next(person for person in people if role in person["roles"])
            found[role] = doors.post("/sessions", json={"staff_id": person["id"]}).json()["token"]
    return found


def _looked_at(tab: Page) -> list[str]:
    found: list[str] = []
    tab.add_script_tag(path=str(AXE))
    # A colour on its way from one theme to the other would be found too faint.
    tab.add_style_tag(content="* { transition: none !important }")
    # The themes differ in nothing but their colours.
    for theme, only in (("light", {}), ("dark", {"runOnly": ["color-contrast"]})):
        tab.evaluate("theme => document.documentElement.setAttribute('theme-mode', theme)", theme)
        found += [f"[{theme}] {finding}" for finding in tab.evaluate(_RUN, only)]
    return found


def _wider_than_a_phone(tab: Page) -> list[str]:
    """Elements beyond the right edge of the narrowest phone (320 px) that make the whole page scroll sideways."""
    tab.set_viewport_size({"width": 320, "height": 800})
    beyond: list[str] = tab.evaluate(_BEYOND)
    tab.set_viewport_size(SCREEN)
    return beyond


def _links(tab: Page) -> list[str]:
    hrefs: list[str] = tab.eval_on_selector_all("a[href]", "links => links.map(link => link.href)")
    places = [urlsplit(href) for href in hrefs]
    here = urlsplit(tab.url).netloc
    return [place.path for place in places if place.netloc == here and place.path.startswith("/console/")]


def _shape(path: str) -> str:
    """One page of a kind: `/console/customers/17` and `/console/customers/4` are looked at once."""
    return re.sub(r"\d+", "N", path)
