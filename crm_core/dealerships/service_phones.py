"""The number on which owners call a member of staff."""

import re
from typing import Final

from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Staff
from crm_core.dealerships.permissions import authorise, subject
from foundation import database
from foundation.errors import InvalidInput
from foundation.refs import Ref

_DIALS: Final = re.compile(r"[0-9+][0-9-]{4,19}", re.ASCII)


class ServicePhoneNotAccepted(InvalidInput):
    """The text is not a number that can be dialled."""

    code = "service_phone_not_accepted"
    message = "这不是能拨通的号码；座机请写成 0755-86000001 或 0755-86000001-802。"


async def give_service_phone(actor: Actor, number: str) -> None:
    """Set the number that owners are given for the actor. If it is empty, owners are given the store's number.

    Raises:
        NotAllowed, ServicePhoneNotAccepted.
    """
    authorise(actor, "staff.give_service_phone", subject(staff_ids=[actor.id]))
    if number and not _DIALS.fullmatch(number):
        raise ServicePhoneNotAccepted
    async with database.transaction():
        await Staff.filter(id=actor.id).update(service_phone=number)
        await audit.note(actor, "staff.service_phone_given", Ref("staff", actor.id))


async def service_phone_of(actor: Actor) -> str:
    """The number that owners are given for the actor; empty if they are given the store's."""
    return str(await database.fetch_value("SELECT service_phone FROM staff WHERE id = $1", actor.id))
