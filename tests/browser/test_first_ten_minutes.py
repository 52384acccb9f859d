"""A newcomer's first ten minutes, from the poster on the wall to the owner won back, in a real browser.

In each step they stray once, and are led back; at the end they begin anew.
"""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo
from tests.browser.newcomer import Newcomer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1200)]


def test_a_newcomer_walks_the_whole_circle(demo: Demo, page: Page, pictures: Path | None) -> None:
    newcomer = Newcomer(page, demo.simulator, pictures)
    _becomes_a_friend(newcomer)
    _binds_their_car(newcomer)
    _books_in_three_taps(newcomer)
    _comes_and_allows_the_work(newcomer)
    _decides_item_by_item(newcomer)
    _sees_honest_progress(newcomer)
    _pays_and_takes_the_car(newcomer)
    _is_won_back(newcomer)
    _begins_anew(newcomer)


def _becomes_a_friend(newcomer: Newcomer) -> None:
    newcomer.act()
    expect(newcomer.owner.get_by_role("img", name="展厅海报的二维码")).to_be_visible()
    newcomer.picture("01-poster")
    newcomer.owner.get_by_role("button", name="服务通知").click()
    newcomer.is_led_back()
    newcomer.act_until("chat-mini-program")
    expect(newcomer.owner.get_by_text("已为您备好一张小保养立减100")).to_be_visible()
    newcomer.picture("02-welcome")


def _binds_their_car(newcomer: Newcomer) -> None:
    newcomer.act_until("sheet-phone-allow")
    newcomer.owner.get_by_role("button", name="拒绝").click()
    newcomer.is_asked_again_for("o12-phone")
    newcomer.act_until("o12-consent")
    consent = newcomer.mini.locator('[data-story="o12-consent"]')
    expect(consent).not_to_be_checked()
    newcomer.go_to_step(3)
    newcomer.reads("已领取，在「卡券」里")


def _books_in_three_taps(newcomer: Newcomer) -> None:
    newcomer.act()
    newcomer.reads("小保养快到期")
    newcomer.picture("03-home")
    newcomer.act()
    newcomer.reads("568.00 元")
    newcomer.picture("04-booking")
    newcomer.goes_back()
    newcomer.is_asked_again_for("o1-slot")
    newcomer.go_to_step(4)
    newcomer.reads("已提交，等门店确认")
    expect(newcomer.staff.get_by_text("新预约待确认")).to_be_visible()
    newcomer.picture("05-card")
    _gives_the_booking_up_and_books_again(newcomer)
    newcomer.act()
    expect(newcomer.staff.get_by_text("预约已确认")).to_be_visible()
    newcomer.reads("已确认", exact=True)


def _gives_the_booking_up_and_books_again(newcomer: Newcomer) -> None:
    newcomer.mini.locator('[data-story="o1-cancel"]').click()
    newcomer.mini.locator('[data-story="o2-cancel"]').filter(visible=True).click()
    newcomer.is_asked_again_for("o1-slot")
    expect(newcomer.guide.get_by_text("从这里接着来")).to_be_visible()
    newcomer.go_to_step(4)
    newcomer.reads("已提交，等门店确认")


def _comes_and_allows_the_work(newcomer: Newcomer) -> None:
    newcomer.act_until("s2-check-in")
    newcomer.sees_what_glows()
    newcomer.give_phone(newcomer.staff, "王芳")
    newcomer.is_led_back()
    newcomer.act_until("signature")
    damage = newcomer.mini.locator('[aria-label$="划痕 3 厘米"]')
    damage.scroll_into_view_if_needed()  # it loads once it is seen
    assert damage.locator("img").evaluate("picture => picture.decode().then(() => picture.naturalWidth)") > 0
    newcomer.picture("06-report")
    newcomer.act_until("o4-authorise")
    newcomer.reads("668.00 元")
    newcomer.go_to_step(6)
    newcomer.reads("您已授权 668.00 元")


def _decides_item_by_item(newcomer: Newcomer) -> None:
    newcomer.act_until("s7-found")
    newcomer.reads("正在做 小保养 · 陈志强技师")
    newcomer.picture("07-live")
    newcomer.give_phone(newcomer.owner, "刘燕")
    newcomer.act_until("o3-extra")
    newcomer.is_led_back()
    newcomer.act_until("o5-agree-red")
    newcomer.reads("发现 3 处，逐项由您定")
    newcomer.act_until("o5-confirm")
    newcomer.reads("1,214.00 元")
    newcomer.picture("08-extra-work")
    newcomer.go_to_step(7)
    newcomer.reads("因增项顺延")


def _sees_honest_progress(newcomer: Newcomer) -> None:
    newcomer.act_until("s9-arrived")
    newcomer.sees_what_glows()
    newcomer.staff.get_by_role("button", name="消息").click()
    newcomer.is_led_back()
    newcomer.reads("等配件")
    newcomer.act_until("s8-fail")
    newcomer.act()
    newcomer.reads("质检复检中")
    newcomer.picture("09-rework")
    newcomer.go_to_step(8)


def _pays_and_takes_the_car(newcomer: Newcomer) -> None:
    newcomer.act_until("o6-pay")
    newcomer.reads("微信支付 1,782.00 元")
    newcomer.picture("10-bill")
    newcomer.act()
    expect(newcomer.owner.get_by_role("dialog", name="微信支付")).to_contain_text("1,782.00 元")
    newcomer.owner.get_by_role("button", name="先不付").click()
    newcomer.is_asked_again_for("o6-pay")
    newcomer.act_until("o7-confirm")
    newcomer.sees_what_glows()
    newcomer.reload()
    newcomer.is_asked_again_for("o7-confirm")
    newcomer.go_to_step(10)
    newcomer.reads("您已确认取车")
    newcomer.picture("11-hand-over")


def _is_won_back(newcomer: Newcomer) -> None:
    newcomer.staff.get_by_role("button", name="工作台").click()
    newcomer.page.get_by_role("button", name="+1 天").click()
    newcomer.act_until("s16-agree")
    newcomer.sees_what_glows()
    newcomer.staff.get_by_role("button", name="群发助手").click()
    newcomer.is_led_back()
    newcomer.go_to_step(12)
    expect(newcomer.staff.get_by_text(re.compile("^已发送")).first).to_be_visible()
    newcomer.act_until("o10-claim")
    newcomer.reads("老友回店200元")
    newcomer.picture("12-won-back")
    newcomer.act_until("o10-slot")
    newcomer.sees_what_glows()
    newcomer.owner.get_by_role("button", name="关闭小程序").click()
    newcomer.is_led_back()
    while newcomer.target:
        newcomer.act()
    newcomer.reads("已提交，等门店确认")
    expect(newcomer.guide.get_by_text("您已走完一圈")).to_be_visible()
    earlier = newcomer.console.get_by_role("region", name="之前的活动")
    expect(earlier.get_by_text("有效。约多来")).to_be_visible()
    newcomer.picture("13-result")


def _begins_anew(newcomer: Newcomer) -> None:
    newcomer.guide.get_by_role("button", name="从头再来").click()
    newcomer.page.get_by_role("dialog").get_by_role("button", name="从头再来").click()
    expect(newcomer.guide.get_by_text("故事 1 / 12")).to_be_visible()
    expect(newcomer.owner.get_by_text("还没有聊天")).to_be_visible()
    newcomer.act_until("chat-mini-program")
    expect(newcomer.owner.get_by_text("已为您备好一张小保养立减100")).to_be_visible()
