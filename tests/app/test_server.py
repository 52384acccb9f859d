"""The web process itself: what every answer of the demo carries."""

from datetime import datetime, timedelta

import httpx
import pytest
from sanic import HTTPResponse, Request, Sanic

from app.embedded.ports import free_port
from app.server import _tell_business_time
from foundation import clock
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
