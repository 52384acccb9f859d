"""The staff API on a real socket in this event loop, and people signed in to it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from crm_core.dealerships import sessions
from crm_core.dealerships.actors import Actor
from tests.fixtures.web import Web


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
async def desk(web: Web) -> AsyncIterator[Desk]:
    """The endpoints, for people who come and go."""
    async with web.stranger() as http:
        yield Desk(http)
