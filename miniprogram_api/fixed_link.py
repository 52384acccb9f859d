"""The page behind the fixed link of SMS: it opens the mini program where an owner is known by their account.

A template of SMS may contain no address of a person, and WeChat's own links end after 30 days; so the text leads here.
"""

from html import escape
from typing import Any, Final
from urllib.parse import quote

from sanic import Blueprint, HTTPResponse, Request
from sanic.response import html

from campaigns.broadcasts.attribution import BY_LINK
from campaigns.channels.sms_mass import LINK
from campaigns.own_words import GIFT_PAGE
from crm_core.dealerships import brand
from foundation.settings import get_settings

blueprint = Blueprint("fixed_link")
# WeChat's scheme with an app id and a page in plain text; from memory, to be tried with a real phone.
_SCHEME: Final = "weixin://dl/business/?appid={app_id}&path={path}&query={query}"
_PAGE: Final = """<!doctype html><html lang="zh-CN"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>{name}</title>
<body style="font:17px/1.6 system-ui,sans-serif;margin:15vh auto;max-width:20em;padding:0 1em;text-align:center">
<h1 style="font-size:22px">{name}</h1>
<p><a href="{scheme}" style="display:block;padding:12px;border-radius:8px;background:#07c160;color:#fff;
text-decoration:none">打开微信小程序</a></p><p>没有打开？请在微信里搜索“{name}”小程序。</p></body></html>"""


@blueprint.get(LINK)
async def open_mini_program(_: Request[Any, Any]) -> HTTPResponse:
    """A page with the one button."""
    query = quote(f"campaign={BY_LINK}", safe="")
    path = GIFT_PAGE.removesuffix(".html")
    scheme = _SCHEME.format(app_id=get_settings().weixin.app_id, path=path, query=query)
    return html(_PAGE.format(name=escape((await brand.current()).short), scheme=escape(scheme)))
