"""One process, one Sanic server: doors, hands, pages, and the built page when there is one."""

import asyncio
import contextlib
import itertools
import signal
import socket
from pathlib import Path
from typing import Any

from sanic import HTTPResponse, Request, Sanic
from sanic.response import BaseHTTPResponse

from foundation import database, logging
from simulator import beat, gateway, invoices, licence_reader, pages
from simulator.control.all_hands import blueprint as control
from simulator.pay.routes import blueprint as pay
from simulator.settings import SimulatorSettings
from simulator.simulation import Simulation
from simulator.sms.gateway import blueprint as sms

REQUEST_BYTES = 64 * 1024 * 1024
"""The largest file of any door is 20 MB; an import of a few thousand people fits as well."""
STREAM_SECONDS = 24 * 3600
"""How long one watcher of /control/events may stay."""
MINIPROGRAM = Path(__file__).parents[1] / "miniprogram" / "dist" / "build" / "h5"
App = Sanic[Any, Any]
Req = Request[Any, Any]
_numbers = itertools.count(1)


def create_app(settings: SimulatorSettings) -> App:
    """The server for these settings; the simulation opens with it and closes with it."""
    app: App = Sanic(f"simulator-{next(_numbers)}", configure_logging=False)
    app.config.REQUEST_MAX_SIZE = REQUEST_BYTES
    app.config.RESPONSE_TIMEOUT = STREAM_SECONDS
    app.config.ACCESS_LOG = False
    # Sanic's rewriting of its own methods works once per process; tests start a simulator for each test.
    app.config.TOUCHUP = False
    app.config.FALLBACK_ERROR_FORMAT = "json"
    app.ctx.simulation = Simulation.build(settings)
    for blueprint in (
        gateway.blueprint,
        pay,
        licence_reader.blueprint,
        invoices.blueprint,
        sms,
        control,
        pages.blueprint,
    ):
        app.blueprint(blueprint)
    app.add_route(_healthz, "/healthz", methods=["GET"])
    app.add_route(_events, "/control/events", methods=["GET"])
    app.add_route(_preflight, "/control/<path:path>", methods=["OPTIONS"])
    app.register_middleware(_before, "request")
    app.register_middleware(_after, "response")
    app.register_listener(_open, "before_server_start")
    app.register_listener(_close, "after_server_stop")
    # WeChat serves the mini program that a dealer has uploaded; this serves its build for browsers.
    if (MINIPROGRAM / "index.html").exists():
        app.static("/miniprogram", MINIPROGRAM, name="miniprogram", index="index.html")
    dist = Path(settings.web_dist) if settings.web_dist else Path(__file__).parent / "web" / "dist"
    if (dist / "index.html").exists():
        app.static("/", dist, name="page", index="index.html")
    return app


@contextlib.asynccontextmanager
async def running(settings: SimulatorSettings) -> Any:
    """The server on this loop (port 0 = a free one), for tests: yields its simulation, settings' port filled in."""
    app = create_app(settings)
    # Sanic leaves AsyncioServer's methods without annotations.
    # Sanic takes port 0 for its usual 8000, so that socket is made here.
    address: dict[str, Any] = {"host": settings.host, "port": settings.port}
    if not settings.port:
        address = {"sock": socket.create_server((settings.host, 0))}
    server: Any = await app.create_server(**address, return_asyncio_server=True)
    await server.startup()
    await server.before_start()
    await server.start_serving()
    await server.after_start()
    settings.port = server.server.sockets[0].getsockname()[1]
    try:
        yield app.ctx.simulation
    finally:
        await server.before_stop()
        await server.close()
        await server.after_stop()
        Sanic.unregister_app(app)


async def _serve_until_told(settings: SimulatorSettings) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    if settings.follows_shared_clock:
        # Tortoise wants at least one app; the clock's table is the only one of the product's that we read.
        ground = {"models": ["foundation.models"], "default_connection": "default"}
        await database.connect({"connections": {"default": settings.database_url}, "apps": {"ground": ground}})
    try:
        async with running(settings):
            await stop.wait()
    finally:
        if settings.follows_shared_clock:
            await database.close()


def serve(settings: SimulatorSettings | None = None) -> None:
    """Run until SIGINT or SIGTERM."""
    logging.configure()
    asyncio.run(_serve_until_told(settings or SimulatorSettings()))


async def _open(app: App) -> None:
    simulation: Simulation = app.ctx.simulation
    await simulation.open()
    app.ctx.beat = asyncio.create_task(beat.run(simulation))


async def _close(app: App) -> None:
    app.ctx.beat.cancel()
    await asyncio.gather(app.ctx.beat, return_exceptions=True)
    await app.ctx.simulation.close()


async def _before(request: Req) -> None:
    await request.app.ctx.simulation.clock.refresh()


async def _after(request: Req, response: BaseHTTPResponse) -> HTTPResponse | None:
    """Write changes to storage before the answer leaves, and let the product's pages call the hands."""
    simulation: Simulation = request.app.ctx.simulation
    await simulation.world.flush()
    origin = request.headers.get("origin", "")
    if origin and origin in simulation.settings.cors_origins:
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Access-Control-Allow-Headers"] = "content-type"
        response.headers["Vary"] = "Origin"
    return None


async def _healthz(request: Req) -> HTTPResponse:
    return HTTPResponse("ok", content_type="text/plain")


async def _events(request: Req) -> None:
    response = await request.respond(content_type="text/event-stream", headers={"Cache-Control": "no-store"})
    async for frame in request.app.ctx.simulation.stream.watch():
        await response.send(frame)


async def _preflight(request: Req, path: str) -> HTTPResponse:
    return HTTPResponse(status=204)
