"""What a page inside WeCom needs for WeCom's JS-SDK: its address signed with the corp's and the app's ticket."""

from pydantic import Field

from console.sign_in import api
from crm_core.dealerships.actors import Actor
from foundation.errors import NotFound
from foundation.settings import get_settings
from foundation.web import Schema
from integrations.wecom import wecom_client
from integrations.wecom.js_sdk import JsSdkSignature


class NotOurPage(NotFound):
    """A signature lets a page act in WeCom, so only our own pages get one."""

    code = "not_our_page"
    message = "只能为本系统的页面签名。"


class PageQuery(Schema):
    """The page that asks, by its whole address."""

    url: str = Field(min_length=8, max_length=1000)


class PageSignaturesOut(Schema):
    """For `wx.config` and `wx.agentConfig` on that page."""

    corp_id: str
    agent_id: int
    config: JsSdkSignature
    agent_config: JsSdkSignature


@api.get("/wecom-page-signatures", summary="Sign a page of the console for WeCom's JS-SDK")
async def wecom_page_signatures(actor: Actor, query: PageQuery) -> PageSignaturesOut:
    if not query.url.startswith(f"{get_settings().public_url}/console/"):
        raise NotOurPage
    client = wecom_client()
    return PageSignaturesOut(
        corp_id=client.app.corp_id,
        agent_id=client.app.agent_id,
        config=await client.js_sdk.sign_config(query.url),
        agent_config=await client.js_sdk.sign_agent_config(query.url),
    )
