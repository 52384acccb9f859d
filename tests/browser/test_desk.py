"""The search box used by keyboard only, and the pages of the desk used at every width."""

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Demo

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]
WIDTHS = (390, 1280, 1440)
_BEYOND = "() => document.documentElement.scrollWidth > innerWidth"


def _desk_of(demo: Demo, browser: Browser, role: str, width: int = 1280) -> Page:
    """A tab of the first person of a role."""
    with httpx.Client(base_url=f"{demo.product}/api/staff") as doors:
        person = next(person for person in doors.get("/sign-in").json()["people"] if role in person["roles"])
        token = doors.post("/sessions", json={"staff_id": person["id"]}).json()["token"]
    context = browser.new_context(
        viewport={"width": width, "height": 844}, locale="zh-CN", timezone_id="Asia/Shanghai", base_url=demo.product
    )
    context.add_init_script(f"sessionStorage.setItem('wedealer.staff-token', '{token}')")
    return context.new_page()


def test_the_search_box_needs_no_mouse(demo: Demo, browser: Browser) -> None:
    tab = _desk_of(demo, browser, "SA")
    tab.goto("/console/customers")
    tab.wait_for_load_state("networkidle")
    tab.keyboard.press("Control+k")
    box = tab.get_by_role("combobox", name="搜索", exact=True)
    expect(box).to_be_focused()
    tab.keyboard.type("张伟")
    found = tab.get_by_role("listbox", name="搜到的")
    expect(found.get_by_role("option").first).to_be_visible()
    tab.keyboard.press("ArrowDown")
    expect(found.get_by_role("option", selected=True)).to_have_count(1)
    tab.keyboard.press("Escape")
    expect(found).to_be_hidden()
    expect(box).to_be_focused()
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/console/search?q=*")
    expect(tab.get_by_role("region", name="客户").get_by_role("link").first).to_contain_text("张伟")
    tab.keyboard.press("Control+k")
    tab.keyboard.type("张伟")
    expect(found.get_by_role("option").first).to_be_visible()
    tab.keyboard.press("ArrowDown")
    tab.keyboard.press("Enter")
    tab.wait_for_url(lambda address: "/search" not in address)
    expect(found).to_be_hidden()
    tab.context.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_of_the_desk_fit_and_say_what_is_wrong(demo: Demo, browser: Browser, width: int) -> None:
    tab = _desk_of(demo, browser, "CSH", width)
    for page in ("today", "cashier", "invoice-requests", "bill-disputes", "coupon-scan"):
        tab.goto(f"/console/{page}")
        tab.wait_for_load_state("networkidle")
        assert not tab.evaluate(_BEYOND), f"{page} is wider than {width}"
    tab.locator("[name=coupon-code]").fill("0000000000")
    tab.locator("[name=coupon-code]").press("Enter")
    expect(tab.get_by_role("alert")).to_contain_text("这不是卡券的码")
    tab.context.close()


def test_what_waits_at_the_desk_leads_from_the_today_page_to_its_answer(demo: Demo, browser: Browser) -> None:
    tab = _desk_of(demo, browser, "CSH")
    tab.goto("/console/today")
    tab.get_by_role("list", name="柜台要办的").get_by_role("link", name="待开的发票").click()
    tab.locator("tbody a").first.click()
    number = tab.get_by_label("发票号码")
    number.fill("123")
    tab.get_by_role("button", name="已开出，登记号码").click()
    expect(tab.get_by_role("alert")).to_contain_text("发票号码是 20 位数字")
    expect(number).to_have_value("123")
    number.fill("25442000000012345678")
    tab.get_by_role("button", name="已开出，登记号码").click()
    expect(tab.get_by_text("号码登记好了")).to_be_visible()
    expect(tab.get_by_text("25442000000012345678")).to_be_visible()
    tab.context.close()


def test_the_desk_reads_papers_and_registers_the_car_of_a_visitor(demo: Demo, browser: Browser) -> None:
    tab = _desk_of(demo, browser, "SVM")
    with httpx.Client(base_url=f"{demo.product}/api/staff", timeout=30) as doors:
        tab.goto("/console/today")
        token = tab.evaluate("() => sessionStorage.getItem('wedealer.staff-token')")
        doors.headers["authorization"] = f"Bearer {token}"
        store = doors.get("/me").json()["store_id"]
        waiting = doors.get("/appointments/waiting", params={"store_id": store}).json()
        visitor = next(one for one in waiting if one["vehicle_id"] is None)
        board = doors.get("/workshop/day", params={"store_id": store, "only_mine": False}).json()
        orders = [one["id"] for one in board["in_workshop"]]
        named = next(one for one in orders if doors.get(f"/repair-orders/{one}/deciders").json())
    tab.goto(f"/console/repair-orders/{named}")
    expect(tab.get_by_text("授权人 王芳")).to_be_visible()
    tab.get_by_role("button", name="核对").click()
    tab.get_by_role("button", name="记下").click()
    expect(tab.get_by_text("保险到期已记下")).to_be_visible()
    expect(tab.get_by_role("button", name="核对")).to_be_hidden()
    tab.goto(f"/console/appointments/{visitor['id']}")
    expect(tab.get_by_text("按车牌约的，车还没登记")).to_be_visible()
    tab.get_by_label("车架号 17 位").fill("LYFBB6CE3T2999999")
    tab.get_by_role("button", name="登记这辆车").click()
    tab.get_by_label("已对照实车和行驶证").check()
    tab.get_by_role("button", name="登记这辆车").click()
    expect(tab.get_by_text("车已登记")).to_be_visible()
    expect(tab.get_by_role("button", name="改时间")).to_be_visible()
    tab.context.close()


def test_a_caller_is_booked_without_a_mouse(demo: Demo, browser: Browser) -> None:
    tab = _desk_of(demo, browser, "SA", 360)
    tab.goto("/console/appointments/by-phone")
    expect(tab.get_by_label("手机号")).to_be_focused()
    expect(tab.locator(".t-select-input input")).to_be_visible()  # The searched choice of models, which comes late.
    tab.evaluate(
        """() => {
            const clipboardData = new DataTransfer()
            clipboardData.setData('text', '\\u200b沪Ａ12345\\u3000赵先生 +86 138-0000-4321')
            const how = { clipboardData, bubbles: true, cancelable: true }
            document.activeElement.dispatchEvent(new ClipboardEvent('paste', how))
        }"""
    )
    expect(tab.get_by_label("车牌")).to_have_value("沪A12345")
    for key in ("ArrowDown", "ArrowDown", "Enter"):
        tab.keyboard.press(key)
    expect(tab.get_by_role("group", name="项目").get_by_role("button").first).to_be_visible()
    tab.keyboard.press("Tab")
    tab.keyboard.press("Space")
    free = tab.locator("[role=radio]:not([aria-disabled=true])").first
    expect(free).to_be_visible()
    free.focus()
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("ArrowLeft")
    tab.keyboard.press("Space")
    assert not tab.evaluate(_BEYOND)
    tab.get_by_role("button", name="约好").press("Enter")
    expect(tab.get_by_role("heading", name="约好了")).to_be_visible()
    expect(tab.get_by_text("没有发任何通知")).to_be_visible()
    tab.context.close()
