"""Jobs: reading a member after a report of the address book, and deleting old sessions."""

from functools import partial

from crm_core.dealerships import audit_checking, directory, sessions
from crm_core.dealerships.actors import system
from crm_core.dealerships.address_book import reading
from crm_core.dealerships.platform import wecom
from foundation import jobs
from foundation.logging import logger
from integrations.wecom.directory import MEMBER_GONE, NOT_OURS_TO_READ
from integrations.wecom.errors import WeComError

_DIRECTORY = system("wecom-directory")


@jobs.job(directory.READ_MEMBER, is_hint=True)
async def read_member(*, userid: str) -> None:
    """Ask WeCom about one member; if it does not answer, the question is repeated later."""
    await directory.UNREAD.read(userid, partial(_read_member, userid))


async def _read_member(userid: str) -> None:
    """Read one member's record from WeCom. Repeating is harmless. A member whom the app may not read stays as the
    callbacks reported.
    """
    before = await directory.was_at_work(userid)
    try:
        member = await (await wecom()).directory.get(userid)
    except WeComError as error:
        if error.errcode == MEMBER_GONE:
            await reading.gone(userid)
            await directory.leave(_DIRECTORY, userid)
            return
        if error.errcode in NOT_OURS_TO_READ:
            logger.info("member_not_readable", errcode=error.errcode)
            return
        raise
    await reading.keep(member)
    await directory.take_over(
        _DIRECTORY,
        userid,
        name=member.name,
        title=member.position,
        is_at_work=member.is_at_work,
        before=before,
    )


@jobs.job(reading.READ_BOOK, priority=jobs.BULK, is_hint=True)
async def read_address_book(*, pull_id: int) -> None:
    """Go on reading WeCom's address book wherever it stands."""
    await reading.OWED.attempt(pull_id, partial(reading.go_on, pull_id))


@jobs.job("dealerships.ask_for_address_book", priority=jobs.BULK)
async def ask_for_address_book() -> None:
    """Run each night: read the whole book, in case a callback was lost."""
    await reading.begin(_DIRECTORY)


@jobs.job("dealerships.forget_ended_sessions", priority=jobs.BULK)
async def forget_ended_sessions() -> None:
    """Delete sessions that ended long enough ago; runs at night."""
    await sessions.forget_ended()


@jobs.job("audit.check", priority=jobs.BULK)
async def check_audit() -> None:
    """Look whether the chain of the audit log is whole."""
    await audit_checking.check_tonight()
