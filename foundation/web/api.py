"""Declaring endpoints: a decorator binds a path and its schemas to a handler, and registers them for OpenAPI."""

import inspect
import json
import re
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from time import monotonic
from typing import Any, Generic, TypeVar, cast, get_type_hints
from urllib.parse import quote, unquote

import orjson
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from sanic import Blueprint, HTTPResponse, Request
from sanic.response import file_stream

from foundation import attempts, clock, metrics
from foundation.errors import InvalidInput, NotFound
from foundation.text import clean, clean_values
from foundation.web.cookies import add_cookies
from foundation.web.errors import render_error
from foundation.web.idempotency import once

LARGEST_ID = 2**63 - 1
"""PostgreSQL's bigint; a larger id in a path cannot exist."""
LONGEST_PATH_TEXT = 40
"""Characters of a token or word in a path; the longest we use is a claim ticket."""
MAX_JSON_BYTES = 1024 * 1024
"""Our largest JSON body is a segment tree of a few kilobytes; media is uploaded elsewhere."""

T = TypeVar("T")
Handler = Callable[..., Awaitable[Any]]
H = TypeVar("H", bound=Handler)
Route = Callable[..., Coroutine[Any, Any, HTTPResponse]]
Authenticate = Callable[[Request], Awaitable[Any]]


class Schema(BaseModel):
    """Base of request and answer shapes: unknown fields are refused, strings are trimmed.

    Every string that arrives has been through `foundation.text.clean` first, so it holds no invisible characters.
    """

    # Built on first use: building three hundred schemas at once would make every start a second slower.
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, from_attributes=True, defer_build=True)


class Page(Schema, Generic[T]):
    """One page of a list; pass `next_cursor` back as `cursor` until it is null."""

    items: list[T]
    next_cursor: str | None = None


@dataclass(frozen=True)
class RawJson(Generic[T]):
    """An answer that is already the JSON of a `T`, built by PostgreSQL (`foundation.reading.as_json`)."""

    body: bytes


@dataclass(frozen=True)
class StoredFile:
    """An answer that is a file on disk, sent piece by piece under the name it is to have."""

    path: Path
    name: str
    content_type: str


@dataclass(frozen=True)
class Endpoint:
    """A declared endpoint, as the router and the OpenAPI document need it."""

    api: str
    method: str
    path: str
    summary: str
    status: int
    needs_actor: bool
    path_parameters: dict[str, Any]
    body: type[BaseModel] | None
    query: type[BaseModel] | None
    answer: Any
    handler: Handler
    is_stream: bool
    is_kept: bool

    @property
    def takes_key(self) -> bool:
        """Whether an Idempotency-Key is honoured: only for a POST by a known actor whose body is read and answer
        kept.
        """
        return self.method == "POST" and self.needs_actor and not self.is_stream and self.is_kept


class InvalidJson(InvalidInput):
    """The body is not JSON, too large, or nested too deeply."""

    code = "invalid_json"
    message = "请求内容不是有效的 JSON。"


class Api:
    """The endpoints of one audience, with their path prefix and the function that recognises who is signed in."""

    registry: list[Endpoint] = []

    def __init__(self, name: str, *, prefix: str, authenticate: Authenticate) -> None:
        self.name = name
        self.prefix = prefix
        self.authenticate = authenticate
        self.blueprint = Blueprint(name, url_prefix=prefix)

    def get(self, path: str, **options: Any) -> Callable[[H], H]:
        """Declare a GET."""
        return self._route("GET", path, **options)

    def post(self, path: str, **options: Any) -> Callable[[H], H]:
        """Declare a POST; `Idempotency-Key` is honoured on it, unless it reads its body itself (`stream=True`).

        `kept=False`: the answer is not stored, because only this request may see it; a repeated request is a new act
        with its own line in the audit log.
        """
        return self._route("POST", path, **options)

    def put(self, path: str, **options: Any) -> Callable[[H], H]:
        """Declare a PUT."""
        return self._route("PUT", path, **options)

    def delete(self, path: str, **options: Any) -> Callable[[H], H]:
        """Declare a DELETE."""
        return self._route("DELETE", path, **options)

    def _route(
        self,
        method: str,
        path: str,
        *,
        summary: str = "",
        status: int = 200,
        public: bool = False,
        stream: bool = False,
        kept: bool = True,
    ) -> Callable[[H], H]:
        def declare(handler: H) -> H:
            endpoint = _describe(self, method, path, handler, summary, status, public, stream, kept)
            Api.registry.append(endpoint)
            self.blueprint.add_route(
                _sanic_handler(self, endpoint),
                _sanic_path(path, endpoint.path_parameters),
                methods=[method],
                stream=stream,
                # Without this, Sanic parses the source of each handler to guess the format of its errors.
                error_format="json",
                name=f"{handler.__module__}.{handler.__name__}".replace(".", "_"),
            )
            return handler

        return declare


def _describe(
    api: Api,
    method: str,
    path: str,
    handler: Handler,
    summary: str,
    status: int,
    public: bool,
    is_stream: bool,
    is_kept: bool,
) -> Endpoint:
    hints = get_type_hints(handler)
    names = re.findall(r"{(\w+)}", path)
    needs_actor = "actor" in inspect.signature(handler).parameters
    if not public and not needs_actor:
        raise TypeError(f"{handler.__name__}: an endpoint takes an actor or says it is public")
    return Endpoint(
        api=api.name,
        method=method,
        path=api.prefix + path,
        summary=summary or (inspect.getdoc(handler) or "").split("\n")[0],
        status=status,
        needs_actor=needs_actor,
        path_parameters={name: hints[name] for name in names},
        body=hints.get("body"),
        query=hints.get("query"),
        answer=hints.get("return"),
        handler=handler,
        is_stream=is_stream,
        is_kept=is_kept,
    )


def _sanic_path(path: str, parameters: dict[str, type]) -> str:
    for name in parameters:
        path = path.replace(f"{{{name}}}", f"<{name}:str>")
    return path


def _sanic_handler(api: Api, endpoint: Endpoint) -> Route:
    wants_request = "request" in inspect.signature(endpoint.handler).parameters
    has_answer = endpoint.answer not in (None, type(None), HTTPResponse, StoredFile)
    route = f"{endpoint.method} {endpoint.path}"

    async def call(request: Request, arguments: dict[str, Any]) -> HTTPResponse:
        result = await endpoint.handler(**arguments)
        if isinstance(result, HTTPResponse):
            return result
        if isinstance(result, StoredFile):
            return await _stream(result)
        if result is None and not has_answer:
            return HTTPResponse(status=204)
        body = result.body if isinstance(result, RawJson) else _dump(endpoint.answer if has_answer else Any, result)
        response = HTTPResponse(body, status=endpoint.status, content_type="application/json")
        add_cookies(request, response)
        return response

    async def handle(request: Request, **path: str) -> HTTPResponse:
        started = monotonic()
        try:
            await clock.refresh()
            arguments: dict[str, Any] = _path_arguments(endpoint, path)
            if endpoint.needs_actor:
                arguments["actor"] = await api.authenticate(request)
            if endpoint.body is not None:
                arguments["body"] = _body(endpoint.body, _json(request))
            if endpoint.query is not None:
                arguments["query"] = endpoint.query.model_validate(_query(request))
            if wants_request:
                arguments["request"] = request
            key = request.headers.get("idempotency-key") if endpoint.takes_key else None
            if key is not None:
                actor = str(arguments["actor"])
                response = await attempts.repeat(lambda: _once(request, actor, key, lambda: call(request, arguments)))
            else:
                response = await attempts.repeat(lambda: call(request, arguments))
        except Exception as error:
            response = render_error(request, error)
        metrics.request_seconds.labels(route).observe(monotonic() - started)
        metrics.requests_total.labels(route, endpoint.method, response.status).inc()
        return response

    return handle


async def _stream(file: StoredFile) -> HTTPResponse:
    name = quote(file.name)
    headers = {"content-disposition": f"attachment; filename*=UTF-8''{name}", "cache-control": "no-store"}
    # Sanic serves its stream like a response, though it is none by its type.
    return cast(HTTPResponse, await file_stream(file.path, headers=headers, mime_type=file.content_type))


async def _once(request: Request, actor: str, key: str, run: Callable[[], Awaitable[HTTPResponse]]) -> HTTPResponse:
    async def answer() -> tuple[int, bytes]:
        response = await run()
        return response.status, response.body or b""

    fingerprint = f"{request.method} {request.path}\n".encode() + request.body
    status, body = await once(actor, key, fingerprint, answer)
    return HTTPResponse(body, status=status, content_type="application/json" if body else None)


@cache
def _adapter(shape: Any) -> TypeAdapter[Any]:
    return TypeAdapter(shape)


def _dump(shape: Any, result: Any) -> bytes:
    adapter = _adapter(shape)
    if not isinstance(result, BaseModel):
        result = adapter.validate_python(result, from_attributes=True)
    return adapter.dump_json(result)


def _path_arguments(endpoint: Endpoint, raw: dict[str, str]) -> dict[str, Any]:
    """The values in the path, converted to the types the handler declares.

    Raises:
        NotFound: a value cannot be of its type, so nothing can exist under it.
    """
    arguments: dict[str, Any] = {}
    for name, kind in endpoint.path_parameters.items():
        value = unquote(raw[name])
        if kind is int:
            if not (value.isascii() and value.isdigit() and len(value) <= 19 and 0 < int(value) <= LARGEST_ID):
                raise NotFound
            arguments[name] = int(value)
            continue
        if "\x00" in value or len(value) > LONGEST_PATH_TEXT:
            raise NotFound
        try:
            arguments[name] = _adapter(kind).validate_python(value)
        except ValidationError:
            raise NotFound from None
    return arguments


def _body(shape: type[BaseModel], given: Any) -> BaseModel:
    """The request body as a `shape`, validated strictly: `true` is not taken for 1, nor "5" for a number.

    It is dumped to JSON first, because in strict mode pydantic accepts a date as text only in JSON.
    """
    return shape.model_validate_json(orjson.dumps(given), strict=True)


def _json(request: Request) -> Any:
    body = request.body or b"{}"
    if len(body) > MAX_JSON_BYTES:
        raise InvalidJson
    try:
        return clean_values(_decoded(body))
    except (ValueError, RecursionError):
        raise InvalidJson from None


def _decoded(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        # A text field may cut an emoji in half. orjson refuses the lone surrogate, but it is valid JSON; `clean` drops
        # it.
        if b"\\ud" not in body.lower():
            raise
        return json.loads(body, parse_constant=_no_number)


def _no_number(word: str) -> None:
    raise ValueError(word)


def _query(request: Request) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, given in request.get_args(keep_blank_values=False).items():
        seen = [text for value in given if (text := clean(value))]
        if seen:
            values[name] = seen[0] if len(seen) == 1 else seen
    return values
