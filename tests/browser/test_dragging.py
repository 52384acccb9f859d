"""What is dragged with the mouse is moved: a job on the board of bays, a booking in the calendar. A bad place is
refused before the mouse is let go, and no text is dragged instead.
"""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import SCREEN, Demo

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]
STEPS = 6
"""A drag is many moves of the mouse: the first few only say that it is one."""


@pytest.fixture
def desk(demo: Demo, browser: Browser) -> Iterator["Desk"]:
    """The service manager at their screen."""
    with httpx.Client(base_url=f"{demo.product}/api/staff", timeout=30) as doors:
        people = doors.get("/sign-in").json()["people"]
        manager = next(person for person in people if "SVM" in person["roles"])
        token = doors.post("/sessions", json={"staff_id": manager["id"]}).json()["token"]
        doors.headers["authorization"] = f"Bearer {token}"
        context = browser.new_context(viewport=SCREEN, locale="zh-CN", timezone_id="Asia/Shanghai")
        context.add_init_script(f"sessionStorage.setItem('wedealer.staff-token', '{token}')")
        yield Desk(demo.product, doors, context.new_page())
        context.close()


class Desk:
    """A screen, and what the same person is told by the API."""

    def __init__(self, product: str, doors: httpx.Client, tab: Page) -> None:
        self.product, self.doors, self.tab = product, doors, tab

    def read(self, path: str, **query: Any) -> Any:
        """The JSON of a GET."""
        return self.doors.get(path, params=query).raise_for_status().json()

    def line(self, job: dict[str, Any]) -> Any:
        """A job of the board, as its order shows it."""
        order = self.read(f"/repair-orders/{job['repair_order_id']}")
        return next(line for line in order["lines"] if line["id"] == job["line_id"])

    def take(self, thing: Locator) -> None:
        """Press the mouse on it."""
        thing.scroll_into_view_if_needed()
        self.over(thing, 0.1)
        self.tab.mouse.down()

    def is_good_over(self, row: Locator, share: float) -> bool:
        """Move what is held to this part of a row: the board takes it there, or says what is in the way."""
        self.over(row, share)
        # The sentence of the last place goes with the next frame.
        self.tab.evaluate("() => new Promise(requestAnimationFrame)")
        sentence = self.tab.locator("p.said")
        expect(sentence).not_to_contain_text("…")
        is_bad = "不能放在这里" in sentence.inner_text()
        assert is_bad == (self.tab.locator("p.said.bad").count() > 0)
        return not is_bad

    def over(self, thing: Locator, share: float) -> None:
        box = thing.bounding_box()
        assert box is not None
        self.tab.mouse.move(box["x"] + box["width"] * share, box["y"] + box["height"] / 2, steps=STEPS)


def test_a_job_is_dragged_to_a_technician_and_a_bad_place_is_said_before(desk: Desk) -> None:
    job = desk.read("/workshop/bays", store_id=desk.read("/me")["store_id"])["waiting"][0]
    desk.tab.set_viewport_size({"width": 1440, "height": 3000})
    desk.tab.goto(f"{desk.product}/console/workshop")
    desk.tab.get_by_role("radio", name="按技师").click()
    waiting, rows = desk.tab.locator("p.job.movable").first, desk.tab.locator("[data-row]")
    expect(rows.first).to_be_visible()

    desk.take(waiting)
    assert not all(desk.is_good_over(row, 0.1) for row in rows.all()), "in the morning somebody is at work"
    desk.tab.mouse.up()
    assert desk.line(job)["state"] == "AUTHORISED"

    desk.take(waiting)
    # The first technicians are those of the guided story, which other tests walk in the same demo.
    chosen = next(row for row in reversed(rows.all()) if desk.is_good_over(row, 0.7))
    who = chosen.get_attribute("data-row")
    desk.tab.mouse.up()
    expect(desk.tab.get_by_text(f"{job['name']} 已派工")).to_be_visible()
    assert (desk.line(job)["state"], f"technician:{desk.line(job)['technician_id']}") == ("ASSIGNED", who)


def test_a_booking_is_dragged_to_another_time(desk: Desk) -> None:
    desk.tab.goto(f"{desk.product}/console/appointments/calendar")
    desk.tab.get_by_role("button", name="往后").click()
    row = desk.tab.locator("li.movable").first
    link = row.get_by_role("link").get_attribute("href")
    assert link is not None
    path = link.removeprefix("/console")
    before = desk.read(path)
    desk.take(row)
    desk.tab.mouse.move(10, 10, steps=STEPS)
    time = desk.tab.locator("section.day .sv-chip:not(.full)").last
    expect(time).to_be_visible()
    desk.over(time, 0.5)
    desk.tab.mouse.up()
    desk.tab.get_by_role("button", name="改时间并告诉车主").click()
    expect(desk.tab.get_by_text("已改到")).to_be_visible()
    assert desk.read(path)["starts_at"] != before["starts_at"]
