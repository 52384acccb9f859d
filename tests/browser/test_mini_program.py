"""Every page of the mini-program on the narrowest phone with large text: nothing sideways, small, or unnamed."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import asyncpg
import pytest
from playwright.sync_api import Browser, Frame

from app.embedded.state import REPOSITORY
from tests.browser.conftest import Demo
from tests.browser.glass import Glass, Look

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]
AXE: Final = REPOSITORY / "node_modules" / "axe-core" / "axe.min.js"
PAGES: Final = REPOSITORY / "miniprogram" / "src" / "pages.json"
LOOK: Final = Look(width=320, height=700, font=1.4)
MOST_READS: Final = 2
LEADS_ON: Final = {"pages/booking/appointment": "/pages/home/index"}
"""Pages that only lead to another."""

_OWNERS: Final = """
SELECT DISTINCT ON (o.state) o.state, o.id AS "order", o.customer_id AS owner, o.vehicle_id AS vehicle, b.id AS bill
FROM repair_order o
JOIN identity i ON i.customer_id = o.customer_id AND i.kind = 'OPENID'
JOIN binding n ON n.vehicle_id = o.vehicle_id AND n.customer_id = o.customer_id AND n.state = 'BOUND'
LEFT JOIN bill b ON b.about = 'repair_order:' || o.id AND b.payer = 'CP'
ORDER BY o.state, (SELECT count(*) FROM additional_work a WHERE a.repair_order_id = o.id) DESC, o.id
"""
_BOOKED: Final = """
SELECT a.id AS appointment, a.customer_id AS owner FROM appointment a
JOIN identity i ON i.customer_id = a.customer_id AND i.kind = 'OPENID'
JOIN binding n ON n.vehicle_id = a.vehicle_id AND n.customer_id = a.customer_id AND n.state = 'BOUND'
WHERE a.state = 'CONFIRMED' ORDER BY a.starts_at DESC LIMIT 1
"""
_WALLET: Final = """
SELECT c.id AS coupon, c.customer_id AS owner FROM coupon c
JOIN identity i ON i.customer_id = c.customer_id AND i.kind = 'OPENID'
JOIN binding n ON n.customer_id = c.customer_id AND n.state = 'BOUND'
WHERE c.state = 'AVAILABLE' ORDER BY c.id LIMIT 1
"""
_LENT: Final = """
SELECT l.id AS lending, l.customer_id AS owner FROM lending l
JOIN identity i ON i.customer_id = l.customer_id AND i.kind = 'OPENID'
WHERE l.state IN ('PLANNED', 'OUT') ORDER BY l.id LIMIT 1
"""
_AXE: Final = """async () => (await axe.run(document, {resultTypes: ['violations']})).violations
  .map(({id, nodes}) => `${id}: ` + nodes.slice(0, 3).map(({html, any}) => html.slice(0, 120) + any[0]?.message))"""
_BEYOND: Final = """() => [...document.querySelectorAll('uni-page-body *')]
  .filter(one => !one.closest('uni-scroll-view') && one.getBoundingClientRect().right > innerWidth + 1)
  .slice(0, 3).map(one => `beyond the edge: ${one.outerHTML.slice(0, 120)}`)"""
_SMALL: Final = """() => [...document.querySelectorAll('uni-button, [role=button], [role=radio], [role=checkbox]')]
  .filter(one => one.closest('uni-page-body')).map(one => [one, one.getBoundingClientRect()])
  .filter(([, {width, height}]) => width && Math.min(width, height) < 43.5)
  .slice(0, 3).map(([one]) => `less than 44 px: ${one.outerHTML.slice(0, 120)}`)"""


def test_every_page_fits_the_narrowest_phone_with_large_text(demo: Demo, browser: Browser) -> None:
    """Reads are counted, too: two at most for a page."""
    findings: list[str] = []
    seen: set[str] = set()
    for owner, addresses in _walks(demo).items():
        phone = Glass(demo, browser, owner, LOOK)
        for page, query in addresses:
            shown = phone.open(f"/{page}?{query}", leads_to=LEADS_ON.get(page, ""))
            found = [*_looked_at(shown), *phone.broken]
            # One that leads on asks whither; the page it leads to has its own two.
            if len(phone.asked) > MOST_READS + (page in LEADS_ON):
                found.append(f"reads {phone.asked}")
            findings += [f"{page}?{query} {each}" for each in found]
            seen.add(page)
            phone.broken.clear()
        phone.close()
    assert not findings, "\n".join(findings)
    assert seen == _pages()


def _looked_at(shown: Frame) -> list[str]:
    if not shown.evaluate("() => 'axe' in window"):
        shown.add_script_tag(path=str(AXE))
        # A colour on its way from one theme to the other would be found too faint.
        shown.add_style_tag(content="* { transition: none !important }")
    found: list[str] = shown.evaluate(_BEYOND) + shown.evaluate(_SMALL)
    for theme in ("light", "dark"):
        shown.evaluate("theme => document.documentElement.setAttribute('theme-mode', theme)", theme)
        found += [f"[{theme}] {finding}" for finding in shown.evaluate(_AXE)]
    return found


def _walks(demo: Demo) -> dict[int, list[tuple[str, str]]]:
    """Which owner opens which pages: those at whose visit, booking or coupon there is something to see."""
    stages, booked, holder, lent = ThreadPoolExecutor(1).submit(asyncio.run, _people(demo)).result()
    left, here, paid, paying = (stages[state] for state in ("CLOSED", "IN_PROGRESS", "PAID", "BILL_CONFIRMED"))
    walks = {
        left["owner"]: [
            ("pages/home/index", ""),
            ("pages/me/index", ""),
            ("pages/account/car", f"id={left['vehicle']}"),
            ("pages/account/family", ""),
            ("pages/account/person", "id=1"),
            ("pages/account/phone", ""),
            ("pages/account/notices", ""),
            ("pages/account/privacy", ""),
            ("pages/account/copy", "id=1"),
            ("pages/visit/history", f"vehicle={left['vehicle']}"),
            ("pages/visit/report", f"id={left['order']}"),
            ("pages/visit/extra", f"order={left['order']}"),
            ("pages/visit/documents", f"id={left['order']}"),
            ("pages/bill/bill", f"id={left['bill']}"),
            ("pages/bill/invoice", f"id={left['bill']}"),
            ("pages/bill/refund", f"id={left['bill']}"),
            ("pages/booking/times", f"vehicle={left['vehicle']}"),
            ("pages/booking/look", ""),
            ("pages/booking/confirm", ""),
            ("pages/booking/visitor", "at=2026-11-30T09%3A30%3A00%2B08%3A00"),
            ("pages/bind/index", "more=1"),
            ("pages/bill/survey", "id=1"),
            ("pages/bill/complaint", f"order={left['order']}"),
            ("pages/gift/claim", "ticket=unknown"),
        ],
        here["owner"]: [
            ("pages/home/index", ""),
            ("pages/visit/progress", f"id={here['order']}"),
            ("pages/visit/share", f"id={here['order']}"),
            ("pages/shared/index", "token=unknown"),
        ],
        paying["owner"]: [
            ("pages/home/index", ""),
            ("pages/bill/bill", f"id={paying['bill']}"),
            ("pages/bill/counter", f"id={paying['bill']}"),
            ("pages/bill/dispute", f"id={paying['bill']}"),
        ],
        paid["owner"]: [("pages/bill/delivery", f"id={paid['order']}")],
        booked["owner"]: [
            ("pages/booking/appointment", f"id={booked['appointment']}"),
            ("pages/booking/valet", f"id={booked['appointment']}"),
            ("pages/booking/change", f"id={booked['appointment']}"),
            ("pages/booking/cancel", f"id={booked['appointment']}"),
        ],
        holder["owner"]: [("pages/coupons/index", ""), ("pages/gift/coupon", f"id={holder['coupon']}")],
    }
    # The borrower may be one of the others.
    walks.setdefault(lent["owner"], []).append(("pages/visit/loan", f"id={lent['lending']}"))
    return walks


async def _people(demo: Demo) -> tuple[dict[str, asyncpg.Record], asyncpg.Record, asyncpg.Record, asyncpg.Record]:
    """The people, read from the demo's own database, whose address is in its folder."""
    password = (demo.folder / "postgres" / "password").read_text().strip()
    port = (demo.folder / "postgres" / "data" / "postmaster.pid").read_text().splitlines()[3]
    connection = await asyncpg.connect(f"postgresql://wedealer:{password}@127.0.0.1:{port}/wedealer")
    try:
        stages = {row["state"]: row for row in await connection.fetch(_OWNERS)}
        booked, holder, lent = [await connection.fetchrow(each) for each in (_BOOKED, _WALLET, _LENT)]
        return stages, booked, holder, lent
    finally:
        await connection.close()


def _pages() -> set[str]:
    told = json.loads(PAGES.read_text())
    of_packages = {f"{each['root']}/{page['path']}" for each in told["subPackages"] for page in each["pages"]}
    return {page["path"] for page in told["pages"]} | of_packages
