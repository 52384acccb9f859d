"""Pages and pictures a browser opens: OAuth (choose who you are), contact-way codes, permanent pictures."""

import base64
from html import escape
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from sanic import Blueprint, HTTPResponse, Request, html, raw, redirect

from simulator.simulation import Simulation
from simulator.wecom.login import new_code
from simulator.weixin.codes import png

blueprint = Blueprint("pages")
Req = Request[Any, Any]
QR_WIDTH = 430
COOKIE = "simulated_userid"


async def authorize(request: Req) -> HTTPResponse:
    """Both OAuth pages: back to redirect_uri with a code for `sim_userid` (or `sim_person`), else ask who you are."""
    simulation: Simulation = request.app.ctx.simulation
    target = request.args.get("redirect_uri") or ""
    settings = simulation.settings
    host = urlsplit(target).hostname
    if request.args.get("appid") != settings.corp_id:
        return html("<h1>40013 invalid corpid</h1>", status=400)
    if not host or (settings.trusted_domains and host not in settings.trusted_domains):
        return html("<h1>50001 redirect_uri 与可信域名不一致</h1>", status=400)
    userid = request.args.get("sim_userid") or request.cookies.get(COOKIE) or ""
    member = simulation.world.member(userid) if userid else None
    person = simulation.world.person(request.args.get("sim_person") or "")
    if member is None and person is None:
        return html(_choose(simulation, request))
    code = new_code(
        simulation,
        userid=member.userid if member else "",
        person_id=person.person_id if person and not member else "",
        scope=request.args.get("scope") or "snsapi_base",
    )
    return redirect(with_query(target, {"code": code, "state": request.args.get("state") or ""}))


async def contact_way_picture(request: Req, picture: str) -> HTTPResponse:
    """The picture of a 「联系我」 code; its content opens the simulator's phone."""
    simulation: Simulation = request.app.ctx.simulation
    config_id = picture.removesuffix(".png")
    way = simulation.world.contact_ways.get(config_id)
    if way is None:
        return html("<h1>已失效</h1>", status=404)
    return raw(png(f"{simulation.settings.base_url}/#/scan/{config_id}", QR_WIDTH), content_type="image/png")


async def permanent_picture(request: Req, media_id: str) -> HTTPResponse:
    """A picture of media/uploadimg."""
    media = request.app.ctx.simulation.world.media.get(media_id)
    if media is None or not media.permanent:
        return html("<h1>404</h1>", status=404)
    return raw(base64.b64decode(media.data), content_type=media.content_type)


def with_query(url: str, extra: dict[str, str]) -> str:
    """The address with more query parameters, its own and its fragment kept."""
    parts = urlsplit(url)
    query = f"{parts.query}&{urlencode(extra)}" if parts.query else urlencode(extra)
    return urlunsplit(parts._replace(query=query))


def _choose(simulation: Simulation, request: Req) -> str:
    links = "".join(
        f'<li><a href="?{escape(request.query_string)}&amp;sim_userid={escape(row.userid)}">'
        f"{escape(row.name)} <small>{escape(row.position)}</small></a></li>"
        for row in simulation.world.members
        if row.status == 1
    )
    return (
        "<!doctype html><html lang=zh><meta charset=utf-8><meta name=viewport content='width=device-width'>"
        "<title>企业微信登录（模拟）</title><style>body{font:17px sans-serif;margin:24px}li{margin:14px 0}</style>"
        f"<h1>您是谁？</h1><p>这是模拟的企业微信登录页。</p><ul>{links}</ul></html>"
    )


blueprint.add_route(authorize, "/wecom/connect/oauth2/authorize", methods=["GET"], name="authorize")
blueprint.add_route(authorize, "/wecom/wwlogin/sso/login", methods=["GET"], name="sso_login")
blueprint.add_route(contact_way_picture, "/wecom/qr/<picture:str>", methods=["GET"])
blueprint.add_route(permanent_picture, "/wecom/media/<media_id:str>", methods=["GET"])
