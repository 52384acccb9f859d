"""No page of the console has a serious finding of axe, in light and in dark, nor scrolls sideways on a phone."""

import re
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Page, Request

from app.embedded.state import REPOSITORY
from tests.browser.conftest import SCREEN, Demo

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]
AXE = REPOSITORY / "node_modules" / "axe-core" / "axe.min.js"
ROLES = ["SA", "SVM", "WC", "TEC", "QC", "PRT", "CSH", "FIN", "CRC", "SC", "MKT", "GM", "GRP", "ADM", "DPO"]
"""One person of each role; a page is checked once, as the first person who finds a link to it."""
_RUN = """async (only) => (await axe.run(document, {resultTypes: ['violations'], ...only})).violations
  .filter(({impact}) => impact === 'serious' || impact === 'critical')
  .map(({id, nodes}) => `${id}: ` + nodes.slice(0, 3).map(({html, any}) => html.slice(0, 120) + any[0]?.message))"""

_TURN = "to => { history.pushState(null, '', to); dispatchEvent(new PopStateEvent('popstate')) }"
LOOK_MS = 50
QUIET_LOOKS = 4
"""A page that asks for nothing so many looks long has drawn itself."""

_BEYOND = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
  [...document.querySelectorAll('main *')].filter(one => one.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 3).map(one => one.outerHTML.slice(0, 120))"""


class Console:
    """The console in a tab, loaded once and turned from page to page as its links do."""

    def __init__(self, tab: Page, product: str) -> None:
        self._tab, self._product = tab, product
        self._under_way: set[Request] = set()
        tab.on("request", self._begins)
        tab.on("requestfinished", self._ends)
        tab.on("requestfailed", self._ends)

    def _begins(self, request: Request) -> None:
        # What tells of news goes on as long as the page.
        if request.resource_type != "eventsource":
            self._under_way.add(request)

    def _ends(self, request: Request) -> None:
        self._under_way.discard(request)

    def turn_to(self, address: str) -> None:
        """Come to a page, and wait until it has what it asked for."""
        if self._tab.url == "about:blank":
            self._tab.goto(self._product + address)
            self._tab.add_script_tag(path=str(AXE))
            # A colour on its way from one theme to the other would be found too faint.
            self._tab.add_style_tag(content="* { transition: none !important }")
        else:
            self._tab.evaluate(_TURN, address)
        quiet = 0
        while quiet < QUIET_LOOKS:
            self._tab.wait_for_timeout(LOOK_MS)
            quiet = 0 if self._under_way else quiet + 1


def test_no_page_of_the_console_has_a_serious_finding(demo: Demo, browser: Browser) -> None:
    findings: list[str] = []
    seen: set[str] = set()
    headings: set[str] = set()
    for role, token in _people(demo).items():
        context = browser.new_context(viewport=SCREEN, locale="zh-CN", bypass_csp=True)
        context.add_init_script(f"sessionStorage.setItem('wedealer.staff-token', '{token}')")
        tab = context.new_page()
        console = Console(tab, demo.product)
        waiting = ["/console/"]
        while waiting:
            address = waiting.pop(0)
            if (shape := _shape(address)) in seen:
                continue
            console.turn_to(address)
            headings.update(tab.locator("h1").all_inner_texts()[:1])
            if shape != "/console/":
                seen.add(shape)
            findings += [f"{role} {address} {found}" for found in _looked_at(tab)]
            findings += [f"{role} {address} on a phone: {found}" for found in _wider_than_a_phone(tab)]
            waiting += _links(tab)
        context.close()
    assert not findings, "\n".join(findings)
    assert len(seen) > 80, sorted(seen)
    assert len(headings) > 50, "each turn shows another page"


def test_nor_has_the_page_to_sign_in_with(demo: Demo, browser: Browser) -> None:
    tab = browser.new_page(viewport=SCREEN, locale="zh-CN", bypass_csp=True)
    Console(tab, demo.product).turn_to("/console/sign-in")
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
    # The themes differ in nothing but their colours.
    for theme, only in (("dark", {"runOnly": ["color-contrast"]}), ("light", {})):
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
