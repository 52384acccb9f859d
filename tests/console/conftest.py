"""The staff API on a real socket in this event loop, and people signed in to it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from sanic import Sanic

from app.wiring import wire
from console.sign_in import api
from crm_core.dealerships import sessions
from crm_core.dealerships.actors import Actor
from foundation.settings import Settings
from foundation.web import render_error
from tests.fixtures.platforms import serving


@dataclass
class Desk:
    """The staff API as somebody's browser reaches it."""

    http: httpx.AsyncClient

    async def ask(self, actor: Actor | None, method: str, path: str, **options: Any) -> httpx.Response:
        """One request under /api/staff, signed in as `actor`."""
        headers = dict(options.pop("headers", {}))
        if actor is not None:
            headers["Authorization"] = f"Bearer {await sessions.begin(actor)}"
        return await self.http.request(method, f"/api/staff{path}", headers=headers, **options)

    async def get(self, actor: Actor, path: str, **query: Any) -> Any:
        """The JSON of a GET that must succeed."""
        response = await self.ask(actor, "GET", path, params=query)
        assert response.status_code == 200, response.text
        return response.json()


@pytest.fixture
async def desk(database: None, settings: Settings) -> AsyncIterator[Desk]:
    """The staff API alone on the product's address."""
    wire()
    app = Sanic(f"staff-{settings.port}", configure_logging=False)
    # Sanic's rewriting of its own methods works once in a process; each test makes an application.
    app.config.TOUCHUP = False
    app.error_handler.add(Exception, render_error)
    app.blueprint(api.blueprint)
    async with serving(app, settings.port), httpx.AsyncClient(base_url=f"http://127.0.0.1:{settings.port}") as http:
        yield Desk(http)
