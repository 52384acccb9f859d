"""The web process: platform callbacks, the owner API, the staff API and console, live updates, health."""

import functools
import gc
from pathlib import Path
from typing import Any

import orjson
from prometheus_client import CollectorRegistry
from sanic import HTTPResponse, Request, Sanic
from sanic.response import BaseHTTPResponse, file, redirect
from sanic.server.socket import bind_socket

from app import metrics_page, migrations, orm, standing
from app.prefork import STOP_SECONDS, Lifeline, Prefork
from app.wiring import wire
from console.wecom_login import is_inside_wecom
from crm_core.dealerships import sessions
from foundation import cache, clock, database, live, logging, metrics
from foundation.errors import NotFound
from foundation.logging import logger
from foundation.settings import Settings, get_settings
from foundation.web import render_error
from foundation.web.api import MAX_JSON_BYTES
from foundation.web.openapi import document

VERSION = "0.1.0"
BACKLOG = 1024
"""How many connections may wait while the workers are busy or being replaced."""
App = Sanic[Any, Any]
CONSOLE = Path(__file__).resolve().parent.parent / "console" / "web" / "dist"


def create_app(name: str = "wedealer") -> App:
    """Build the application; the same function in every worker process."""
    settings = get_settings()
    logging.configure(settings.log_level)
    wire()
    app = Sanic(name, configure_logging=False, dumps=lambda value: orjson.dumps(value).decode())
    app.config.REQUEST_TIMEOUT = 30
    app.config.RESPONSE_TIMEOUT = 30
    app.config.KEEP_ALIVE_TIMEOUT = 75
    app.config.FALLBACK_ERROR_FORMAT = "json"
    app.config.OAS = False
    app.config.PROXIES_COUNT = settings.proxies
    app.error_handler.add(Exception, render_error)
    _doors(app)
    _pages(app)
    _partners_documents(app)
    if settings.environment != "production":
        _documents(app)
    _shield(app)
    if settings.cors_origins:
        _allow_origins(app, frozenset(settings.cors_origins))
    if settings.is_demo:
        _tell_business_time(app)
    app.register_listener(_start, "before_server_start")
    app.register_listener(_stop, "after_server_stop")
    return app


def _doors(app: App) -> None:
    from bot.door import blueprint as wecom_callbacks
    from bot.sms_pushes import blueprint as sms_pushes
    from console.media import blueprint as media
    from console.sign_in import api as staff_api
    from miniprogram_api.fixed_link import blueprint as fixed_link
    from miniprogram_api.login import api as owner_api
    from miniprogram_api.payments import blueprint as payment_notices
    from miniprogram_api.pushes import blueprint as weixin_pushes
    from partner_api.admission import api as partner_api

    # A larger body is refused by its length before it is read; endpoints that accept more, or know no caller, read
    # their bodies themselves.
    app.config.REQUEST_MAX_SIZE = MAX_JSON_BYTES
    app.blueprint(wecom_callbacks)
    app.blueprint(media)
    app.blueprint(payment_notices)
    app.blueprint(weixin_pushes)
    app.blueprint(sms_pushes)
    app.blueprint(fixed_link)
    app.blueprint(owner_api.blueprint)
    app.blueprint(staff_api.blueprint)
    app.blueprint(partner_api.blueprint)


async def _start(app: App) -> None:
    # Imported objects are never garbage: scanning them again and again would delay answers by a tenth of a second.
    gc.freeze()
    await database.connect(orm.tortoise_config())
    await migrations.assert_schema_current(get_settings().database_url.get_secret_value())


async def _stop(app: App) -> None:
    await live.close()
    await cache.close()
    await database.close()


def _pages(app: App) -> None:
    """Health, the API document and the console's files."""

    @app.get("/healthz")
    async def healthz(request: Request) -> HTTPResponse:
        return HTTPResponse("ok", content_type="text/plain")

    # Without PostgreSQL nothing can be answered (the error renderer says 503); without Valkey everything can.
    @app.get("/readyz")
    async def readyz(request: Request) -> HTTPResponse:
        await database.fetch_value("SELECT 1")
        state = "ready" if await cache.answers() else "ready, without Valkey: slower and stricter"
        return HTTPResponse(state, content_type="text/plain")

    @app.get("/")
    async def home(request: Request) -> HTTPResponse:
        return redirect("/console/")

    # The console does its routing in the browser, so every address below it that is not a file gives the same page.
    @app.get("/console/<path:path>")
    async def console(request: Request, path: str) -> HTTPResponse:
        asset = _asset(path)
        if asset is not None:
            is_hashed = path.startswith("assets/")
            return await file(asset, max_age=31_536_000 if is_hashed else 0)
        if path.startswith("assets/"):
            # A script of another version: if we sent the page instead, the browser would cache it under that name.
            raise NotFound
        return await file(CONSOLE / "index.html", max_age=0)

    @app.get("/console", strict_slashes=True)
    async def console_root(request: Request) -> HTTPResponse:
        return redirect("/console/")

    @app.get("/console/", strict_slashes=True)
    async def console_index(request: Request) -> HTTPResponse:
        return await file(CONSOLE / "index.html", max_age=0)


def _asset(path: str) -> Path | None:
    """A file of the console; None for the address of a page, and for a name that no file can have."""
    try:
        asset = (CONSOLE / path).resolve()
        return asset if path and asset.is_relative_to(CONSOLE) and asset.is_file() else None
    except (OSError, ValueError):
        return None


def _documents(app: App) -> None:
    """The API's document and the page that shows it, for developers; production does not offer them to attackers."""

    @app.get("/openapi.json")
    async def openapi(request: Request) -> HTTPResponse:
        return HTTPResponse(orjson.dumps(document("WeDealer", VERSION)), content_type="application/json")

    @app.get("/docs")
    async def docs(request: Request) -> HTTPResponse:
        return await file(CONSOLE / "docs.html")


def _partners_documents(app: App) -> None:
    """The API document for developers of other programs. It is public; only calls need a key."""

    @app.get("/partners/openapi.json")
    async def partners_openapi(request: Request) -> HTTPResponse:
        return HTTPResponse(_partners_document(), content_type="application/json")

    @app.get("/partners/docs")
    async def partners_docs(request: Request) -> HTTPResponse:
        return await file(CONSOLE / "docs.html")


@functools.cache
def _partners_document() -> bytes:
    return orjson.dumps(document("WeDealer for other programs", VERSION, audience="partner"))


_WECOM_SCRIPTS = "https://res.wx.qq.com https://open.work.weixin.qq.com"
"""Where WeCom's JS-SDK comes from."""


def _shield(app: App) -> None:
    """Headers that forbid the browser foreign scripts, foreign frames and personal data in its cache."""
    simulator = get_settings().simulator_url
    # The demo's second phone is a page of the simulator that shows the console in a frame.
    frames = f"frame-ancestors 'self' {simulator}".rstrip() if simulator else "frame-ancestors 'none'"
    rest = (
        "img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; object-src 'none'; "
        f"base-uri 'none'; form-action 'self'; {frames}"
    )

    async def headers(request: Request, response: BaseHTTPResponse) -> None:
        response.headers.setdefault("x-content-type-options", "nosniff")
        # The addresses of live pages contain a token, so no other site may see them as the referrer.
        response.headers.setdefault("referrer-policy", "same-origin")
        is_page = (response.content_type or "").startswith("text/html")
        # Inside WeCom its own scripts open chats (console/web/src/wecom); nowhere else does a page run foreign ones.
        scripts = f"'self' {_WECOM_SCRIPTS}" if is_inside_wecom(request.headers.get("user-agent", "")) else "'self'"
        page = f"default-src 'self'; script-src {scripts}; {rest}"
        response.headers.setdefault("content-security-policy", page if is_page else "default-src 'none'")
        if request.path.startswith("/api/"):
            response.headers.setdefault("cache-control", "no-store")
        if get_settings().public_url.startswith("https://"):
            response.headers.setdefault("strict-transport-security", "max-age=31536000")

    app.register_middleware(headers, "response")


def _tell_business_time(app: App) -> None:
    """The demo's clock can be moved, so each answer carries the business time; the console shows it in its header."""

    async def headers(request: Request, response: BaseHTTPResponse) -> None:
        response.headers["x-business-time"] = clock.now().isoformat()

    app.register_middleware(headers, "response")


def _allow_origins(app: App, origins: frozenset[str]) -> None:
    """Cross-origin calls from the demo's phone page; production lists nothing here."""

    async def preflight(request: Request) -> HTTPResponse | None:
        if request.method == "OPTIONS" and request.headers.get("origin") in origins:
            return HTTPResponse(status=204)
        return None

    async def headers(request: Request, response: BaseHTTPResponse) -> None:
        origin = request.headers.get("origin")
        if origin in origins:
            response.headers["access-control-allow-origin"] = origin
            response.headers["access-control-allow-headers"] = "authorization, content-type, idempotency-key"
            response.headers["access-control-allow-methods"] = "GET, POST, PUT, DELETE"
            response.headers["vary"] = "origin"

    app.register_middleware(preflight, "request")
    app.register_middleware(headers, "response")


def serve() -> int:
    """Run the web process until it is told to stop, and return its exit status."""
    settings: Settings = get_settings()
    # Forked workers share the modules loaded here: one import instead of one for each worker.
    app = create_app()
    try:
        # Before the first fork: clients that connect now wait for the first worker instead of being refused.
        listening = bind_socket(settings.host, settings.port, backlog=BACKLOG)
    except OSError as error:
        logger.error("web_cannot_listen", host=settings.host, port=settings.port, error=str(error))
        return 1

    def answer(lifeline: Lifeline) -> None:
        async def hold(app: App) -> None:
            app.add_task(lifeline.hold(app.stop, metrics.snapshot))
            app.add_task(standing.watch_dependencies())
            app.add_task(sessions.watch())

        app.register_listener(hold, "after_server_start")
        app.config.GRACEFUL_SHUTDOWN_TIMEOUT = STOP_SECONDS - 2
        app.prepare(sock=listening, single_process=True, access_log=False, motd=False)
        Sanic.serve_single(primary=app)

    server = Prefork(settings.web_workers, listening, answer, metrics.remember)
    counted = CollectorRegistry()
    counted.register(metrics.Sum(server.reports))
    metrics_page.show([counted], server.answers, server.forking)
    # The collector never writes to frozen objects, so parent and workers go on sharing their memory pages.
    gc.collect()
    gc.freeze()
    return server.run()
