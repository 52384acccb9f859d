"""The web process itself: the headers that every answer of the demo carries."""

from datetime import datetime, timedelta

import httpx
import pytest
from sanic import HTTPResponse, Request, Sanic

from app.embedded.ports import free_port
from app.server import _pages, _shield, _tell_business_time
from foundation import clock
from foundation.settings import Settings
from foundation.web import render_error
from tests import factories as make
from tests.fixtures.platforms import serving

pytestmark = pytest.mark.usefixtures("database")


async def test_each_answer_of_the_demo_says_how_late_it_is_there():
    app = Sanic("business-time", configure_logging=False)
    app.config.TOUCHUP = False
    _tell_business_time(app)

    @app.get("/")
    async def page(request: Request) -> HTTPResponse:
        return HTTPResponse("ok")

    port = free_port()
    async with serving(app, port), httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as browser:

        async def told() -> datetime:
            return datetime.fromisoformat((await browser.get("/")).headers["x-business-time"])

        await clock.set_to(clock.at(make.MONDAY, 15))
        assert abs(await told() - clock.at(make.MONDAY, 15)) < timedelta(minutes=1)
        await clock.advance(timedelta(days=500))
        assert await told() - clock.at(make.MONDAY, 15) >= timedelta(days=500)


async def test_a_browser_is_told_what_it_may_do_with_each_answer(settings: Settings):
    app = Sanic("shielded", configure_logging=False)
    app.config.TOUCHUP = False
    _shield(app)
    _pages(app)

    @app.get("/api/staff/anything")
    async def personal(request: Request) -> HTTPResponse:
        return HTTPResponse("{}", content_type="application/json")

    port = free_port()
    async with serving(app, port), httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as browser:
        page, answer = await browser.get("/console/today"), await browser.get("/api/staff/anything")
        assert {each.headers["x-content-type-options"] for each in (page, answer)} == {"nosniff"}
        assert {each.headers["referrer-policy"] for each in (page, answer)} == {"same-origin"}
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["content-security-policy"] == "default-src 'none'"
        allowed = page.headers["content-security-policy"]
        assert "default-src 'self'" in allowed
        assert "script-src 'self';" in allowed
        assert f"frame-ancestors 'self' {settings.simulator_url}" in allowed
        inside = await browser.get("/console/today", headers={"user-agent": "Mozilla/5.0 wxwork/4.1.0"})
        assert "script-src 'self' https://res.wx.qq.com" in inside.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["a" * 300, "b/" + "b" * 5000, "..%2f..%2fetc%2fpasswd", "%00"])
async def test_a_name_no_file_can_have_is_a_page_of_the_console(path: str):
    app = Sanic(f"pages-{len(path)}", configure_logging=False)
    app.config.TOUCHUP = False
    _pages(app)
    port = free_port()
    async with serving(app, port), httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as browser:
        answer = await browser.get(f"/console/{path}")
        assert (answer.status_code, answer.headers["content-type"][:9]) == (200, "text/html")


async def test_a_part_of_another_version_is_no_page_under_its_name():
    app = Sanic("parts", configure_logging=False)
    app.config.TOUCHUP = False
    app.error_handler.add(Exception, render_error)
    _pages(app)
    port = free_port()
    async with serving(app, port), httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as browser:
        assert (await browser.get("/console/assets/index-of-before.js")).status_code == 404
