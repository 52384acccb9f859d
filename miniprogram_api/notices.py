"""O11 通知: what is sent to the owner, by which ways, and what of it they switch off. One read for the page."""

from crm_core.dealerships.actors import Actor
from crm_core.messaging import switches
from crm_core.messaging.switches import NoticeKind
from foundation.web import Schema
from miniprogram_api.login import api


class NoticeSwitchIn(Schema):
    """On or off."""

    is_on: bool


@api.get("/notices", summary="O11 通知: every kind of notice, by which ways, and what can be switched off")
async def notices(actor: Actor) -> list[NoticeKind]:
    return await switches.notices_of(actor)


@api.put("/notices/{notice}", summary="Switch a kind of notice on or off, on every phone of the owner")
async def switch_notice(actor: Actor, notice: str, body: NoticeSwitchIn) -> list[NoticeKind]:
    await switches.switch(actor, notice, is_on=body.is_on)
    return await switches.notices_of(actor)
