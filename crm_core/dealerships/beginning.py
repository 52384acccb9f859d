"""Beginning on an empty database: the group, its first administrator, and an address to sign in at once.

WeCom cannot sign anybody in before its secrets are entered and tested, which an administrator does in the console. So
whoever has a shell on the server prints an address that is good once, within half an hour, for one administrator.
"""

import hashlib
import secrets
from datetime import timedelta
from typing import Final

from crm_core.dealerships import audit, brand, sessions
from crm_core.dealerships.actors import staff_actor, system
from crm_core.dealerships.brand import Brand
from crm_core.dealerships.errors import AddressNotGood, GroupHasBegun, NoAdministrator
from crm_core.dealerships.models import DealerGroup, Role, SignInAddress, Staff, StaffRole
from foundation import clock, database
from foundation.refs import Ref

GOOD_FOR: Final = timedelta(minutes=30)
"""Long enough to walk to a browser, too short to be found in a terminal the next morning."""
SYSTEM: Final = "shell"


async def begin(group_name: str, called: Brand, corp_id: str, userid: str, name: str) -> str:
    """Write the group and its first administrator; returns the token of an address for them.

    Raises:
        GroupHasBegun: there is a group, or anybody at all, in this database.
    """
    async with database.transaction():
        await database.advisory_lock("beginning")
        if await DealerGroup.exists() or await Staff.exists():
            raise GroupHasBegun
        await DealerGroup.create(
            id=1,
            name=group_name,
            short_name=called.short,
            sms_signature=called.sms_signature,
            corp_id=corp_id,
            begun_at=clock.now(),
        )
        brand.forget()
        staff = await Staff.create(userid=userid.lower(), name=name, title="系统管理员")
        await StaffRole.create(staff_id=staff.id, role=Role.ADM)
        await audit.note(system(SYSTEM), "group.begin", Ref("staff", staff.id), group=group_name, corp_id=corp_id)
        return await _address_for(staff)


async def another_address(userid: str) -> str:
    """The token of a new address for an administrator who works here; earlier ones of theirs end.

    Raises:
        NoAdministrator: nobody of this userid, or they are none.
    """
    async with database.transaction():
        staff = await Staff.get_or_none(userid=userid.lower(), is_active=True)
        if staff is None or not await StaffRole.exists(staff_id=staff.id, role=Role.ADM):
            raise NoAdministrator
        await SignInAddress.filter(staff_id=staff.id, used_at=None).update(expires_at=clock.now())
        return await _address_for(staff)


async def use(token: str) -> str:
    """Sign in whom the address is for; returns the session's token. Of two at once, one is let in.

    Raises:
        AddressNotGood: unknown, used, or too late.
    """
    async with database.transaction():
        staff_id = await database.fetch_value(
            "UPDATE sign_in_address SET used_at = $2 "
            "WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2 RETURNING staff_id",
            _hash(token),
            clock.now(),
        )
        if staff_id is None:
            raise AddressNotGood
        actor = await staff_actor(staff_id)
        await audit.note(actor, "sign_in.by_address", Ref("staff", staff_id))
        return await sessions.begin(actor)


async def _address_for(staff: Staff) -> str:
    token = secrets.token_urlsafe(32)
    await SignInAddress.create(
        staff_id=staff.id, token_hash=_hash(token), made_at=clock.now(), expires_at=clock.now() + GOOD_FOR
    )
    await audit.note(system(SYSTEM), "sign_in.make_address", Ref("staff", staff.id))
    return token


def _hash(token: str) -> str:
    """What is kept: whoever reads the table cannot sign in with it."""
    return hashlib.sha256(token.encode()).hexdigest()
