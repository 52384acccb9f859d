"""Two people have one order open: who looks is shown, the second sees both sides, and nothing typed is lost."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from foundation import clock
from tests.browser.conftest import SCREEN, Demo
from tests.pictures import picture

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]
LOOK_MS: Final = 15_000
"""A page says every ten seconds that it is looked at."""


@pytest.fixture
def windows(demo: Demo, browser: Browser) -> Iterator["Windows"]:
    """An advisor and the service manager of the store at an order in work, each at a screen of their own."""
    with httpx.Client(base_url=f"{demo.product}/api/staff", timeout=30) as doors:
        yield Windows(demo, browser, doors)


class Windows:
    """People at their screens, and API clients for steps that are not done on a screen."""

    def __init__(self, demo: Demo, browser: Browser, doors: httpx.Client) -> None:
        self.demo, self.browser, self.doors = demo, browser, doors
        self.people = doors.get("/sign-in").json()["people"]
        self.manager, self.advisor = self._first("SVM"), self._first("SA")
        store = self.ask(self.manager, "GET", "/me")["store_id"]
        board = self.ask(self.manager, "GET", f"/workshop/day?store_id={store}&only_mine=false")
        self.order_id = next(one["id"] for one in board["in_workshop"] if one["state"] == "IN_PROGRESS")

    def order(self) -> dict[str, Any]:
        """The order as the manager sees it."""
        shown: dict[str, Any] = self.ask(self.manager, "GET", f"/repair-orders/{self.order_id}")
        return shown

    def ask(self, name: str, method: str, path: str, **options: Any) -> Any:
        """One request of somebody."""
        headers = {"authorization": f"Bearer {self._token(name)}"}
        answer = self.doors.request(method, path, headers=headers, **options)
        assert answer.is_success, answer.text
        return answer.json()

    def at(self, name: str) -> Page:
        """Their window on the order."""
        context = self.browser.new_context(viewport=SCREEN, locale="zh-CN", timezone_id="Asia/Shanghai")
        context.add_init_script(f"sessionStorage.setItem('wedealer.staff-token', '{self._token(name)}')")
        tab = context.new_page()
        tab.goto(f"{self.demo.product}/console/repair-orders/{self.order_id}")
        return tab

    def find_something(self) -> None:
        """Worn pads, which somebody prices."""
        key = self.ask(self.advisor, "POST", "/media", content=picture())["key"]
        found = {"name": "前刹车片", "finding": "剩 2.1 毫米", "urgency": "YELLOW"}
        photos = {"photos": [{"key": key, "label": "前刹车片"}]}
        path = f"/repair-orders/{self.order_id}/additional-work"
        self.ask(self.advisor, "POST", path, json={"findings": [found | photos]})

    def _first(self, role: str) -> str:
        return str(next(one["name"] for one in self.people if role in one["roles"]))

    def _token(self, name: str) -> str:
        person = next(one for one in self.people if one["name"] == name)
        return str(self.doors.post("/sessions", json={"staff_id": person["id"]}).json()["token"])


def test_an_older_promise_and_an_older_price_meet_the_newer_ones(windows: Windows) -> None:
    windows.find_something()
    mine, theirs = windows.at(windows.advisor), windows.at(windows.manager)
    expect(theirs.get_by_text(f"{windows.advisor}也在看")).to_be_visible(timeout=LOOK_MS)
    expect(mine.get_by_text(f"{windows.manager}也在看")).to_be_visible(timeout=LOOK_MS)

    promised = datetime.fromisoformat(windows.order()["promised_finish_at"])
    first, second = (_words(promised + timedelta(hours=hours)) for hours in (2, 3))
    typed = _promise(mine, first)
    _promise(theirs, second)
    theirs.get_by_role("button", name="改并告诉车主").click()
    expect(theirs.get_by_text("新承诺")).to_be_visible()
    notice = mine.get_by_role("alert").filter(has_text="承诺刚被别人改过，您填的还在。")
    expect(notice.get_by_role("cell")).to_contain_text(["", second[-5:], first[-5:]])
    expect(typed).to_have_value(first)
    send = mine.get_by_role("button", name="改并告诉车主")
    expect(send).to_be_disabled()
    notice.get_by_role("button", name="用我的").click()
    send.click()
    expect(mine.get_by_text("新承诺")).to_be_visible()
    assert datetime.fromisoformat(windows.order()["promised_finish_at"]) == promised + timedelta(hours=2)

    for window, hours, yuan in ((mine, "0.5", "650"), (theirs, "1", "700")):
        window.get_by_role("tab", name="增项").click()
        for label, text in (("工时（小时）", hours), ("配件（元）", yuan), ("多等（分钟）", "30")):
            window.get_by_label(label).fill(text)
    theirs.get_by_role("button", name="定价并发给车主").click()
    expect(theirs.get_by_text("增项已发出")).to_be_visible()
    over = mine.get_by_role("alert").filter(has_text="别人已经定价并处理了，您填的还在这里。")
    expect(over).to_contain_text("配件 700 元")
    expect(over).to_contain_text("配件 650 元")


def _promise(window: Page, at: str) -> Locator:
    window.get_by_role("button", name="改承诺").click()
    field = window.get_by_role("dialog").get_by_label("新的完工时间")
    field.fill(at)
    field.press("Enter")
    return field


def _words(moment: datetime) -> str:
    return f"{clock.local(moment):%Y-%m-%d %H:%M}"
