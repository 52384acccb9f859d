"""开放接口: API keys of other programs."""

from pydantic import Field

from console.sign_in import api
from crm_core.dealerships.actors import Actor
from crm_core.partners import keys
from crm_core.partners.keys import ApiKeyRow
from crm_core.partners.rules import DEFAULT_CALLS, FEWEST_CALLS, LONGEST_PROGRAM, MOST_CALLS
from crm_core.partners.scopes import SCOPE_WORDS, Scope
from foundation.reading import read_model
from foundation.web import Id, Moment, Schema, Version


@read_model
class ScopeOut:
    """A scope and what the page calls it."""

    scope: Scope
    words: str


@read_model
class ApiKeysOut:
    """The keys, and the scopes one may be given."""

    keys: list[ApiKeyRow]
    scopes: list[ScopeOut]
    default_calls_per_minute: int


class ApiKeyIn(Schema):
    """A new key for one program."""

    name: str = Field(min_length=1, max_length=40)
    source_system: str = Field(min_length=1, max_length=LONGEST_PROGRAM)
    store_ids: list[Id] = Field(min_length=1, max_length=500)
    scopes: list[Scope] = Field(min_length=1, max_length=20)
    calls_per_minute: int = Field(default=DEFAULT_CALLS, ge=FEWEST_CALLS, le=MOST_CALLS)
    expires_at: Moment | None = None


class ApiKeyVersionIn(Schema):
    """The version its keeper saw."""

    version: Version


class NewApiKeyOut(Schema):
    """The key itself. It is shown this once."""

    id: int
    token: str


@api.get("/api-keys", summary="API keys of the reader's stores")
async def list_api_keys(actor: Actor) -> ApiKeysOut:
    scopes = [ScopeOut(scope, words) for scope, words in SCOPE_WORDS.items()]
    return ApiKeysOut(keys=await keys.of_reader(actor), scopes=scopes, default_calls_per_minute=DEFAULT_CALLS)


@api.post("/api-keys", status=201, kept=False, summary="Make an API key; the answer shows it once")
async def make_api_key(actor: Actor, body: ApiKeyIn) -> NewApiKeyOut:
    made = await keys.make(
        actor,
        name=body.name,
        source_system=body.source_system,
        store_ids=body.store_ids,
        scopes=body.scopes,
        calls_per_minute=body.calls_per_minute,
        expires_at=body.expires_at,
    )
    return NewApiKeyOut(id=made.id, token=made.token)


@api.post("/api-keys/{api_key_id}/rotation", status=201, kept=False, summary="Another secret for the same key")
async def rotate_api_key(actor: Actor, api_key_id: Id, body: ApiKeyVersionIn) -> NewApiKeyOut:
    made = await keys.rotate(actor, api_key_id, expected_version=body.version)
    return NewApiKeyOut(id=made.id, token=made.token)


@api.post("/api-keys/{api_key_id}/end", status=204, summary="停用: the key is refused from the next call on")
async def end_api_key(actor: Actor, api_key_id: Id, body: ApiKeyVersionIn) -> None:
    await keys.end(actor, api_key_id, expected_version=body.version)
