"""A person who sees the demo for the first time: presses what glows on both phones and lets the guide do the rest."""

import time
from contextlib import suppress
from pathlib import Path

from playwright.sync_api import FrameLocator, Locator, Page, TimeoutError, expect

PATIENCE_MS = 120_000
"""A callback, a job and a message on a busy machine."""

PRESS_MS = 3_000
"""So long a button may be busy before the place of the story is looked at again."""

PAINT_MS = 1_500
"""The console in the right phone draws itself after its data."""

LEFT_TO_THE_GUIDE = ("clock-", "s5-story-photos", "s9-missing")
"""Moves of the clock, photos of a car with a scratch, and a shortage that takes three people."""

PLATFORM_OF_STAFF = ("card-", "staff-", "mass-")
"""Targets of the right phone outside the console."""

PLATFORM_OF_OWNER = ("scan", "sheet-", "chat-mini-program", "chat-wangfang", "owner-chats")
"""Targets of the left phone outside the mini-program."""

MINI_PROGRAM = ("o1-", "o2-", "o3-", "o4-", "o5-", "o6-", "o7-", "o10-", "o12-", "signature")


class Newcomer:
    """Goes through the story act by act."""

    def __init__(self, page: Page, simulator: str, pictures: Path | None) -> None:
        self.page = page
        self.pictures = pictures
        page.set_default_timeout(PATIENCE_MS)
        expect.set_options(timeout=PATIENCE_MS)
        page.goto(simulator)
        self.begin()
        self.owner = page.get_by_label("车主的微信")
        self.staff = page.get_by_label("员工的企业微信")
        self.guide = page.get_by_label("故事")
        expect(self.guide).to_be_visible()

    def begin(self) -> None:
        """Press 开始, where nobody has begun yet."""
        self.page.get_by_role("dialog").get_by_role("button", name="开始").click()

    @property
    def place(self) -> tuple[int, int, int]:
        """Step and act, as the address bar says, and how often the guide asked for the act again."""
        found = str(self.page.evaluate("location.hash || '#step=1.0'")).partition("=")[2].split(".")
        return int(found[0]), int(found[1]), int(self.guide.get_attribute("data-round") or 0)

    @property
    def target(self) -> str:
        """The glowing thing."""
        return self.guide.get_attribute("data-target") or ""

    def go_to_step(self, number: int) -> None:
        """Do every act before a step."""
        while self.place[0] < number:
            self.act()

    def act_until(self, target: str) -> None:
        """Do acts until this one is next."""
        while self.target != target:
            self.act()

    @property
    def console(self) -> FrameLocator:
        """The console inside the right phone."""
        return self.staff.frame_locator("iframe")

    @property
    def mini(self) -> FrameLocator:
        """The mini-program inside the left phone."""
        return self.owner.frame_locator("iframe")

    def reads(self, words: str, *, exact: bool = False) -> None:
        """The owner reads this in the mini-program. Pages below the one on top are kept, unseen."""
        expect(self.mini.get_by_text(words, exact=exact).filter(visible=True).first).to_be_visible()

    def act(self) -> None:
        """The next act: a real press on the glowing thing of the left or the right phone, else 「替我点」."""
        place, target = self.place, self.target
        assert target, "the story is over"
        if target.startswith(LEFT_TO_THE_GUIDE):
            self.guide.get_by_role("button", name="替我点").click()
        else:
            found = self.sight(target)
            if not self._until_in_sight(found, target, place):
                return
            if target == "s4-hand-over":
                for given in ("钥匙", "旧件", "结算单", "车内物品"):
                    self.console.get_by_label(given).check()
            self._by_hand(found, target, place)
        self._until_moved(place)

    def sight(self, target: str) -> Locator:
        """The thing of this name on the phone it belongs to."""
        here = f'[data-story="{target}"]:visible'
        if target.startswith(PLATFORM_OF_STAFF):
            return self.staff.locator(here)
        if target.startswith(PLATFORM_OF_OWNER):
            return self.owner.locator(here).last
        if target.startswith(MINI_PROGRAM):
            return self.mini.locator(here).last
        return self.console.locator(f'[data-story="{target}"].wd-glow')

    def is_led_back(self) -> None:
        """The guide offers the way back, as often as it is needed, and after it the thing to press is in sight."""
        way_back = self.guide.get_by_role("button", name="带我回去")
        way_back.click()
        deadline = time.monotonic() + PATIENCE_MS / 1000
        while not self._sees_target():
            assert time.monotonic() < deadline, self._out_of_sight()
            with suppress(TimeoutError):
                way_back.click(timeout=PRESS_MS)

    def sees_what_glows(self) -> None:
        """Check that the target of the guide is visible on one of the phones."""
        deadline = time.monotonic() + PATIENCE_MS / 1000
        while not self._sees_target():
            assert time.monotonic() < deadline, self._out_of_sight()
            self.page.wait_for_timeout(50)

    def _sees_target(self) -> bool:
        return bool(self.target) and self.sight(self.target).count() > 0

    def _out_of_sight(self) -> str:
        """What the guide asks for, and what stands on the right phone and in the guide."""
        shown = [self.guide.inner_text(), self.staff.inner_text()]
        shown += [
            frame.locator("body").inner_text(timeout=PRESS_MS) for frame in self.page.frames if "/console" in frame.url
        ]
        return f"{self.place} {self.target} cannot be pressed:\n" + "\n---\n".join(shown)

    def is_asked_again_for(self, target: str) -> None:
        """The guide comes back to this act by itself."""
        expect(self.guide).to_have_attribute("data-target", target)
        expect(self.sight(target)).to_be_visible()

    def reload(self) -> None:
        """Load the page anew, in the middle of an act."""
        self.page.reload()
        expect(self.guide).to_be_visible()

    def goes_back(self) -> None:
        """Press the mini-program's own arrow: fixed in its frame, so the page itself is scrolled to it."""
        self.page.evaluate("scrollTo(0, 0)")
        self.mini.locator(".uni-page-head-hd .uni-page-head-btn").filter(visible=True).click()

    def give_phone(self, whose: Locator, name: str) -> None:
        """Hand a phone to somebody else."""
        choice = whose.locator("option", has_text=name).first.get_attribute("value")
        whose.locator("select[data-story$='-select']").select_option(choice)

    def _until_in_sight(self, found: Locator, target: str, place: tuple[int, int, int]) -> bool:
        """False when the story went on by itself meanwhile."""
        deadline = time.monotonic() + PATIENCE_MS / 1000
        while not self._can_be_pressed(found, target):
            if self.place != place:
                return False
            assert time.monotonic() < deadline, self._out_of_sight()
            self.page.wait_for_timeout(50)
        return True

    def _can_be_pressed(self, found: Locator, target: str) -> bool:
        """A thing of the platform may stand on a phone that is still in other hands; it glows in the right ones."""
        if found.count() == 0:
            return False
        if not target.startswith(PLATFORM_OF_STAFF + PLATFORM_OF_OWNER):
            return True
        return target in (self.page.locator("style[data-glow]").text_content() or "")

    def _by_hand(self, found: Locator, target: str, place: tuple[int, int, int]) -> None:
        if target == "o12-vin":
            found.locator("input").press_sequentially("000123")
        elif target == "signature":
            self._sign(found)
        else:
            self._press(found, place)

    def _press(self, found: Locator, place: tuple[int, int, int]) -> None:
        """Press it as soon as it can be pressed; a page that is still busy with it may go on by itself meanwhile."""
        deadline = time.monotonic() + PATIENCE_MS / 1000
        while True:
            try:
                return found.click(timeout=PRESS_MS)
            except TimeoutError:
                if self.place != place:
                    return None
                assert time.monotonic() < deadline, self._out_of_sight()

    def _sign(self, pad: Locator) -> None:
        pad.scroll_into_view_if_needed()
        box = pad.bounding_box()
        assert box is not None
        mouse = self.page.mouse
        mouse.move(box["x"] + 40, box["y"] + 30)
        mouse.down()
        for step in range(1, 12):
            mouse.move(box["x"] + 40 + step * 18, box["y"] + 30 + (step % 3) * 14)
        mouse.up()

    def _until_moved(self, place: tuple[int, int, int]) -> None:
        deadline = time.monotonic() + PATIENCE_MS / 1000
        while self.place == place and self.target:
            refusal = self.guide.get_by_role("alert")
            assert refusal.count() == 0, f"step {place}: {refusal.inner_text()}"
            assert time.monotonic() < deadline, f"step {place} does not go on: {self.guide.inner_text()}"
            self.page.wait_for_timeout(50)

    def picture(self, name: str) -> None:
        """Save a screenshot of both phones and the guide, if pictures are wanted."""
        if self.pictures is None:
            return
        self.page.evaluate("scrollTo(0, 0)")
        self.page.wait_for_timeout(PAINT_MS)
        self.page.screenshot(path=self.pictures / f"{name}.png", clip={"x": 0, "y": 0, "width": 1480, "height": 830})
