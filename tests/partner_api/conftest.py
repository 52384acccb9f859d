"""A program with an API key that calls the partner API."""

from collections.abc import Sequence

import httpx
import pytest

from crm_core.dealerships.models import Role, Store
from crm_core.partners import keys
from crm_core.partners.scopes import Scope
from tests import factories as make
from tests.fixtures.web import Web


class Program:
    """Another program and its client."""

    def __init__(self, web: Web) -> None:
        self.web = web

    async def calling(
        self,
        *stores: Store,
        scopes: Sequence[Scope] = tuple(Scope),
        calls_per_minute: int = 600,
        source_system: str = "dms",
    ) -> httpx.AsyncClient:
        """A client with a new key for these stores, made by an administrator of the group."""
        made = await keys.make(
            await make.acting(Role.ADM),
            name="总部 DMS",
            source_system=source_system,
            store_ids=[store.id for store in stores],
            scopes=scopes,
            calls_per_minute=calls_per_minute,
        )
        return self.with_key(made.token)

    def with_key(self, token: str) -> httpx.AsyncClient:
        """A client that sends this key."""
        client = self.web.stranger()
        client.base_url = httpx.URL(f"{self.web.address}/api/partner")
        client.headers["authorization"] = f"Bearer {token}"
        return client


@pytest.fixture
async def program(web: Web) -> Program:
    """Another program."""
    return Program(web)
