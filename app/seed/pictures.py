"""Pictures for the demo, drawn: a car from each side in its own colour, what a technician photographs, a signature, and
a film of a disc that runs out of true.

Each shows something else, so that a wall of photos can be told apart at a glance; nothing in them is a real thing.
"""

import io
import math
import random
from collections.abc import Callable
from typing import Final

import av
from PIL import Image, ImageDraw

from foundation import media

SIZE: Final = (480, 320)
PAINTS: Final = ("#e9ecef", "#2f3b4c", "#a8adb4", "#b3261e", "#1f5fa8", "#3f6b4f")
FILM_SECONDS: Final = 3
FILM_RATE: Final = 12
POSITIONS: Final = ("FRONT_LEFT", "FRONT_RIGHT", "REAR_LEFT", "REAR_RIGHT", "DASHBOARD", "INTERIOR")
SUBJECTS: Final = ("pads", "filter", "oil", "battery", "tyre", "coolant", "lift", "scratch", "plate_check", "torque")
_FLOOR, _WALL = "#6f7680", "#c9ced6"

Pen = ImageDraw.ImageDraw


class Album:
    """Stored pictures by what they show; drawn when first asked for."""

    def __init__(self) -> None:
        self._keys: dict[str, str] = {}

    async def of_car(self, position: str, paint: int) -> str:
        """The car seen from one side."""
        colour = PAINTS[paint % len(PAINTS)]
        return await self._key(f"{position}:{colour}", lambda pen: _car(pen, position, colour))

    async def of(self, subject: str, variant: int = 0) -> str:
        """A thing of the workshop; variants differ in light and wear."""
        return await self._key(f"{subject}:{variant}", lambda pen: _thing(pen, subject, variant))

    async def signature(self, number: int) -> str:
        """A handwritten signature."""
        return await self._key(f"signature:{number}", lambda pen: _signature(pen, number))

    async def film(self) -> str:
        """A brake disc that turns and wobbles, three seconds long."""
        if "film" not in self._keys:
            self._keys["film"] = (await media.store(_film())).key
        return self._keys["film"]

    async def _key(self, name: str, draw: Callable[[Pen], None]) -> str:
        if name not in self._keys:
            picture = Image.new("RGB", SIZE, _WALL)
            draw(ImageDraw.Draw(picture))
            content = io.BytesIO()
            picture.save(content, "JPEG", quality=80)
            self._keys[name] = await media.store_drawn(content.getvalue())
        return self._keys[name]


def _film() -> bytes:
    """H.264 in an MP4, which every phone plays; one thread, so that the same bytes come out each time."""
    written = io.BytesIO()
    with av.open(written, "w", format="mp4") as film:
        stream = film.add_stream("libx264", rate=FILM_RATE, options={"preset": "veryfast", "crf": "30"})
        stream.width, stream.height, stream.pix_fmt = (*SIZE, "yuv420p")
        stream.codec_context.thread_count = 1
        for number in range(FILM_SECONDS * FILM_RATE):
            picture = Image.new("RGB", SIZE, _WALL)
            _turning_disc(ImageDraw.Draw(picture), 2 * math.pi * number / FILM_RATE)
            pixels = picture.convert("RGBA").tobytes()
            film.mux(stream.encode(av.VideoFrame.from_bytes(pixels, *SIZE)))
        film.mux(stream.encode())
    return written.getvalue()


def _turning_disc(pen: Pen, angle: float) -> None:
    _hall(pen)
    x = 240 + round(5 * math.sin(angle))
    _disc(pen, x, 165, 130, "#aab0b8")
    for step in range(10):
        _spoke(pen, x, 60, 120, angle + step * math.pi / 5, "#8d949c", 4)
    _disc(pen, x, 165, 48, "#565d66")
    for step in range(5):
        bolt = angle + step * 2 * math.pi / 5
        _disc(pen, x + round(30 * math.cos(bolt)), 165 + round(30 * math.sin(bolt)), 6, "#d9dde3")
    pen.rounded_rectangle((310, 80, 358, 250), 10, fill="#b2461f")


def _hall(pen: Pen) -> None:
    pen.rectangle((0, 210, *SIZE), fill=_FLOOR)
    for x in range(0, SIZE[0], 80):
        pen.line((x, 0, x, 210), fill="#b8bec8", width=2)
    pen.rectangle((0, 205, SIZE[0], 212), fill="#f2c037")


def _car(pen: Pen, position: str, colour: str) -> None:
    if position == "DASHBOARD":
        return _dashboard(pen)
    if position == "INTERIOR":
        return _interior(pen)
    _hall(pen)
    is_front, is_left = position.startswith("FRONT"), position.endswith("LEFT")
    width = SIZE[0]

    def x(value: int) -> int:
        return value if is_left else width - value

    pen.polygon(
        [
            (x(40), 240),
            (x(50), 170),
            (x(120), 155),
            (x(165), 95),
            (x(330), 95),
            (x(390), 160),
            (x(440), 175),
            (x(445), 240),
        ],
        fill=colour,
        outline="#222",
    )
    pen.polygon([(x(135), 155), (x(172), 107), (x(240), 107), (x(240), 155)], fill="#43515f")
    pen.polygon([(x(250), 155), (x(250), 107), (x(322), 107), (x(370), 155)], fill="#5b6b7b")
    for centre in (120, 360):
        _disc(pen, x(centre), 240, 38, "#1c1e22")
        _disc(pen, x(centre), 240, 18, "#9aa1ab")
    lamp = "#fff6c9" if is_front else "#d21f1f"
    pen.ellipse((min(x(44), x(84)), 178, max(x(44), x(84)), 204), fill=lamp, outline="#333")
    pen.rectangle((min(x(60), x(118)), 214, max(x(60), x(118)), 230), fill="#1b54c9" if is_front else "#e8e8e8")
    return None


def _dashboard(pen: Pen) -> None:
    pen.rectangle((0, 0, *SIZE), fill="#15181d")
    for centre, needle in ((140, 0.7), (340, 2.3)):
        _disc(pen, centre, 165, 100, "#23282f")
        for step in range(11):
            _spoke(pen, centre, 80, 94, math.pi * (0.85 + step * 0.13), "#e4e8ee", 3)
        pen.line((centre, 165, centre - 70 * math.cos(needle), 165 - 70 * math.sin(needle)), fill="#ff5a36", width=6)
    pen.rectangle((200, 240, 280, 280), fill="#0f7b54")


def _interior(pen: Pen) -> None:
    pen.rectangle((0, 0, *SIZE), fill="#3a332e")
    for left in (60, 270):
        pen.rounded_rectangle((left, 90, left + 150, 300), 30, fill="#6b5a4c", outline="#2a2420", width=4)
        pen.rounded_rectangle((left + 40, 40, left + 110, 110), 18, fill="#77665a", outline="#2a2420", width=4)
    pen.rectangle((0, 280, SIZE[0], 320), fill="#f4f4f0")


def _thing(pen: Pen, subject: str, variant: int) -> None:
    _hall(pen)
    worn = 1 + variant % 3
    match subject:
        case "pads":
            _disc(pen, 240, 165, 130, "#aab0b8")
            _disc(pen, 240, 165, 48, "#565d66")
            pen.rounded_rectangle((310, 80, 350 + 8 * worn, 250), 10, fill="#b2461f")
        case "filter":
            pen.rounded_rectangle((110, 60, 370, 260), 12, fill=("#f1ead8", "#cfc3a2", "#9c8e6c")[variant % 3])
            for x in range(125, 365, 18):
                pen.line((x, 66, x, 254), fill="#8b7f60", width=3)
        case "oil":
            pen.rectangle((0, 0, *SIZE), fill="#2d3138")
            pen.ellipse((150, 90, 330, 270), fill=("#caa23a", "#8a5a16", "#3a2509")[variant % 3])
            pen.line((240, 10, 240, 150), fill="#d9c98a", width=14)
        case "battery":
            pen.rectangle((110, 110, 370, 260), fill="#20242b", outline="#000", width=4)
            for x, colour in ((150, "#d21f1f"), (310, "#2a6fd6")):
                pen.rectangle((x, 84, x + 36, 112), fill=colour)
        case "tyre":
            _disc(pen, 240, 165, 140, "#17191d")
            _disc(pen, 240, 165, 70, "#a3a9b2")
            for step in range(24):
                _spoke(pen, 240, 100, 138, step * math.pi / 12, "#3a3e45", 2 * worn)
        case "coolant":
            pen.rounded_rectangle((170, 60, 310, 270), 20, fill="#e8eef2", outline="#67707a", width=4)
            pen.rectangle((178, 150 + 20 * worn, 302, 262), fill="#2fa36b")
        case "lift":
            for x in (70, 390):
                pen.rectangle((x, 20, x + 24, 300), fill="#c33b2b")
            pen.rounded_rectangle((90, 110, 390, 160), 24, fill=PAINTS[variant % len(PAINTS)])
            pen.rectangle((80, 162, 404, 174), fill="#444b55")
        case "scratch":
            pen.rectangle((0, 0, *SIZE), fill=PAINTS[variant % len(PAINTS)])
            for step in range(worn + 2):
                pen.line((110, 130 + 14 * step, 360, 160 + 12 * step), fill="#f5f5f5", width=3)
        case "plate_check":
            pen.rounded_rectangle((130, 40, 350, 290), 12, fill="#f7f7f2", outline="#555", width=4)
            for row in range(6):
                pen.rectangle((155, 75 + row * 34, 175, 95 + row * 34), outline="#1b7f4b", width=4)
                pen.line((190, 86 + row * 34, 320, 86 + row * 34), fill="#888", width=5)
        case _:
            pen.line((90, 250, 330, 110), fill="#8d949e", width=22)
            _disc(pen, 345, 102, 44, "#5c636d")
            _disc(pen, 345, 102, 18, "#d9dde3")


def _signature(pen: Pen, number: int) -> None:
    pen.rectangle((0, 0, *SIZE), fill="#ffffff")
    hand = random.Random(number)
    points = [(60 + step * 18, 160 + hand.randrange(-60, 60)) for step in range(20)]
    pen.line(points, fill="#1a2b4c", width=5, joint="curve")


def _spoke(pen: Pen, x: int, inner: int, outer: int, angle: float, colour: str, width: int) -> None:
    ends = [(x + radius * math.cos(angle), 165 + radius * math.sin(angle)) for radius in (inner, outer)]
    pen.line(ends, fill=colour, width=width)


def _disc(pen: Pen, x: int, y: int, radius: int, colour: str) -> None:
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)
