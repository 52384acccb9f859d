"""Making, rotating and ending API keys. A key is shown once, to whoever makes or rotates it."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.audit_telling import Line, in_words, tells_of
from crm_core.dealerships.permissions import authorise, stores_within, subject
from crm_core.dealerships.stores import store_of
from crm_core.partners.errors import ApiKeyNotFound, ExpiryInThePast, ProgramNotAccepted, ScopesNotAccepted
from crm_core.partners.models import ApiKey
from crm_core.partners.rules import GOOD_AFTER_ROTATION, HINT_LENGTH, PREFIX, SECRET_BYTES, hashed, is_program
from crm_core.partners.scopes import SCOPE_WORDS, Scope
from foundation import clock, database
from foundation.errors import NotAllowed, Refused, StaleVersion
from foundation.reading import Query, read_model
from foundation.refs import Ref


class KeyHasEnded(Refused):
    """An ended key stays ended: whoever held it may have lost it."""

    code = "api_key_ended"
    message = "这把密钥已经停用，请新建一把。"


@dataclass(frozen=True)
class NewKey:
    """The key as its holder needs it; nobody can show it again."""

    id: int
    token: str


@read_model
class ApiKeyRow:
    """A key in the list, without anything that opens the door."""

    id: int
    name: str
    source_system: str
    store_ids: list[int]
    stores: list[str]
    scopes: list[Scope]
    calls_per_minute: int
    hint: str
    made_by: str
    made_at: datetime
    last_used_at: datetime | None
    earlier_until: datetime | None
    expires_at: datetime | None
    ended_at: datetime | None
    version: int


_KEYS = Query(
    ApiKeyRow,
    """
    SELECT k.id, k.name, k.source_system, k.store_ids, k.scopes, k.calls_per_minute, k.hint, s.name AS made_by,
           k.made_at, k.last_used_at, k.earlier_until, k.expires_at, k.ended_at, k.version,
           array(SELECT short_name FROM store WHERE k.store_ids @> to_jsonb(id) ORDER BY id)::text[] AS stores
    FROM api_key k JOIN staff s ON s.id = k.made_by
    WHERE $1::bigint[] IS NULL OR k.store_ids <@ to_jsonb($1::bigint[])
    ORDER BY k.ended_at IS NOT NULL, k.id DESC
    """,
)


async def of_reader(actor: Actor) -> list[ApiKeyRow]:
    """The keys whose stores the actor looks after all of, those in use first.

    Raises:
        NotAllowed: the actor keeps the keys of no store.
    """
    stores = stores_within(actor, "partners.keep_keys")
    if stores is not None and not stores:
        raise NotAllowed(action="partners.keep_keys")
    return await _KEYS.all(None if stores is None else sorted(stores))


async def make(
    actor: Actor,
    *,
    name: str,
    source_system: str,
    store_ids: Sequence[int],
    scopes: Sequence[Scope],
    calls_per_minute: int,
    expires_at: datetime | None = None,
) -> NewKey:
    """A new key for one program.

    Raises:
        NotAllowed, StoreNotFound, ProgramNotAccepted, ScopesNotAccepted, ExpiryInThePast.
    """
    async with database.transaction():
        authorise(actor, "partners.keep_keys", subject(store_ids=store_ids))
        for store_id in store_ids:
            await store_of(store_id)
        if not is_program(source_system):
            raise ProgramNotAccepted
        if not scopes or (Scope.READ_PERSONAL in scopes and Scope.READ not in scopes):
            raise ScopesNotAccepted
        if expires_at is not None and expires_at <= clock.now():
            raise ExpiryInThePast
        token = _new_token()
        key = await ApiKey.create(
            name=name,
            source_system=source_system,
            store_ids=sorted(set(store_ids)),
            scopes=sorted(set(scopes)),
            calls_per_minute=calls_per_minute,
            secret_hash=hashed(token),
            hint=token[-HINT_LENGTH:],
            made_by=actor.id,
            made_at=clock.now(),
            expires_at=expires_at,
        )
        await audit.note(
            actor, "partners.make_key", Ref("api_key", key.id), name=name, stores=key.store_ids, scopes=key.scopes
        )
        return NewKey(key.id, token)


async def rotate(actor: Actor, api_key_id: int, *, expected_version: int) -> NewKey:
    """Another secret for the same key; the one before is good for another day.

    Raises:
        ApiKeyNotFound, NotAllowed, StaleVersion, KeyHasEnded.
    """
    async with database.transaction():
        key = await _held(actor, api_key_id, expected_version)
        token = _new_token()
        key.earlier_hash, key.earlier_until = key.secret_hash, clock.now() + GOOD_AFTER_ROTATION
        key.secret_hash, key.hint = hashed(token), token[-HINT_LENGTH:]
        key.version += 1
        await key.save()
        await audit.note(actor, "partners.rotate_key", Ref("api_key", key.id), name=key.name)
        return NewKey(key.id, token)


async def end(actor: Actor, api_key_id: int, *, expected_version: int) -> None:
    """停用: from the next call on the key is refused, with every earlier secret of it.

    Raises:
        ApiKeyNotFound, NotAllowed, StaleVersion, KeyHasEnded.
    """
    async with database.transaction():
        key = await _held(actor, api_key_id, expected_version)
        key.ended_at = clock.now()
        key.version += 1
        await key.save()
        await audit.note(actor, "partners.end_key", Ref("api_key", key.id), name=key.name)


async def _held(actor: Actor, api_key_id: int, expected_version: int) -> ApiKey:
    key = await ApiKey.select_for_update(no_key=True).get_or_none(id=api_key_id)
    if key is None:
        raise ApiKeyNotFound
    authorise(actor, "partners.keep_keys", subject(store_ids=key.store_ids))
    if key.version != expected_version:
        raise StaleVersion(current_version=key.version)
    if key.ended_at is not None:
        raise KeyHasEnded
    return key


def _new_token() -> str:
    return PREFIX + secrets.token_urlsafe(SECRET_BYTES)


@tells_of("partners")
async def tell_scopes(lines: Sequence[Line]) -> list[dict[str, object]]:
    """What a key may do, in the words of its page."""
    return in_words(lines, scopes=lambda scope: SCOPE_WORDS[Scope(scope)] if scope in set(Scope) else scope)
