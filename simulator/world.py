"""The world: who and what exists, in memory, written through to storage.

Every table is listed here once. Ids are derived from the seed and from what they name, so that two runs with the same
hands produce the same ids; the platforms' rules are not decided here.
"""

import asyncio
import hashlib
from dataclasses import fields

from simulator.platform_log import LogEntry
from simulator.records import (
    AcquisitionLink,
    AcquisitionQuota,
    Agent,
    AppMessage,
    ChatMessage,
    ContactWay,
    Counter,
    CustomerGroup,
    Department,
    Friendship,
    GroupMessage,
    MassMessage,
    MassTask,
    Media,
    Member,
    MemberTag,
    Moment,
    MomentPart,
    OAuthCode,
    Person,
    Resigned,
    ResponseCode,
    Tag,
    TagGroup,
    Token,
    Transfer,
    WelcomeCode,
)
from simulator.records_weixin import (
    IssuedInvoice,
    MiniCode,
    Notification,
    PayOrder,
    Quota,
    Refund,
    ServiceNotice,
    SmsBlock,
    SmsMessage,
    SmsTemplate,
    SubscribeTemplate,
)
from simulator.storage import Storage
from simulator.tables import Journal, Table

ID_LENGTH = 32
"""Characters of an external_userid or a tag id, as the platform's own."""
OPENID_LENGTH = 28


class World:
    """All tables, their journal, and the lock under which the journal is written."""

    def __init__(self, storage: Storage, *, seed: int, corp_id: str) -> None:
        self.storage = storage
        self.seed = seed
        self.corp_id = corp_id
        self._writing = asyncio.Lock()
        journal = self._journal = Journal()
        self.agents = Table(journal, Agent, lambda row: str(row.agent_id))
        self.tokens = Table(journal, Token, lambda row: row.value)
        self.departments = Table(journal, Department, lambda row: str(row.id))
        self.members = Table(journal, Member, lambda row: row.userid.lower())
        self.member_tags = Table(journal, MemberTag, lambda row: str(row.tagid))
        self.resigned = Table(journal, Resigned, lambda row: row.userid.lower())
        self.people = Table(
            journal,
            Person,
            lambda row: row.person_id,
            external_userid=lambda row: row.external_userid,
            openid=lambda row: row.openid,
            phone=lambda row: row.phone,
        )
        self.friendships = Table(
            journal,
            Friendship,
            lambda row: friendship_key(row.userid, row.external_userid),
            userid=lambda row: row.userid.lower(),
            external_userid=lambda row: row.external_userid,
        )
        self.contact_ways = Table(journal, ContactWay, lambda row: row.config_id)
        self.acquisition_links = Table(journal, AcquisitionLink, lambda row: row.link_id)
        self.acquisition_quotas = Table(journal, AcquisitionQuota, lambda row: row.id)
        self.welcome_codes = Table(journal, WelcomeCode, lambda row: row.code)
        self.tags = Table(journal, Tag, lambda row: row.id, group_id=lambda row: row.group_id)
        self.tag_groups = Table(journal, TagGroup, lambda row: row.group_id)
        self.chats = Table(
            journal,
            ChatMessage,
            lambda row: row.id,
            pair=lambda row: friendship_key(row.userid, row.external_userid),
        )
        self.inbox = Table(
            journal,
            AppMessage,
            lambda row: row.id,
            userid=lambda row: row.userid.lower(),
            msgid=lambda row: row.msgid,
            task_id=lambda row: f"{row.agent_id}|{row.task_id}",
        )
        self.response_codes = Table(journal, ResponseCode, lambda row: row.code)
        self.mass_messages = Table(journal, MassMessage, lambda row: row.msgid)
        self.mass_tasks = Table(
            journal,
            MassTask,
            lambda row: f"{row.msgid}|{row.userid.lower()}",
            msgid=lambda row: row.msgid,
            userid=lambda row: row.userid.lower(),
        )
        self.groups = Table(journal, CustomerGroup, lambda row: row.chat_id)
        self.group_messages = Table(journal, GroupMessage, lambda row: row.id, chat_id=lambda row: row.chat_id)
        self.moments = Table(journal, Moment, lambda row: row.moment_id, jobid=lambda row: row.jobid)
        self.moment_parts = Table(
            journal,
            MomentPart,
            lambda row: f"{row.moment_id}|{row.userid.lower()}",
            moment_id=lambda row: row.moment_id,
            userid=lambda row: row.userid.lower(),
        )
        self.transfers = Table(
            journal,
            Transfer,
            lambda row: f"{row.external_userid}|{row.handover_userid.lower()}|{row.started_at}",
            external_userid=lambda row: row.external_userid,
        )
        self.media = Table(journal, Media, lambda row: row.media_id)
        self.counters = Table(journal, Counter, lambda row: row.name)
        self.oauth_codes = Table(journal, OAuthCode, lambda row: row.code)
        self.mini_codes = Table(journal, MiniCode, lambda row: row.code)
        self.templates = Table(journal, SubscribeTemplate, lambda row: row.template_id)
        self.quotas = Table(journal, Quota, lambda row: row.key)
        self.notices = Table(journal, ServiceNotice, lambda row: row.id, openid=lambda row: row.openid)
        self.orders = Table(journal, PayOrder, lambda row: row.out_trade_no)
        self.refunds = Table(journal, Refund, lambda row: row.out_refund_no, out_trade_no=lambda row: row.out_trade_no)
        self.issued_invoices = Table(journal, IssuedInvoice, lambda row: row.serial)
        self.sms = Table(journal, SmsMessage, lambda row: row.serial, phone=lambda row: row.phone)
        self.sms_templates = Table(journal, SmsTemplate, lambda row: row.id)
        self.sms_blocks = Table(journal, SmsBlock, lambda row: row.phone)
        self.notifications = Table(journal, Notification, lambda row: row.id)
        self.log = Table(journal, LogEntry, lambda row: str(row.id))

    def tables(self) -> list[Table]:  # type: ignore[type-arg]
        """Every table, for loading and clearing."""
        return [value for value in vars(self).values() if isinstance(value, Table)]

    async def open(self) -> None:
        """Load what an earlier run stored."""
        await self.storage.open()
        by_kind = {table.kind: table for table in self.tables()}
        for kind, key, body in await self.storage.load():
            if kind in by_kind:
                by_kind[kind].load(key, body)

    async def flush(self) -> None:
        """Write every change noted so far; callers that arrive together share one write."""
        async with self._writing:
            if changes := self._journal.take():
                await self.storage.write(changes)

    async def clear(self) -> None:
        """Forget everything, here and in storage."""
        async with self._writing:
            self._journal.take()
            await self.storage.clear()
            for table in self.tables():
                table.clear()

    async def close(self) -> None:
        """Write the remaining changes and close the storage."""
        await self.flush()
        await self.storage.close()

    def next_number(self, name: str) -> int:
        """The next number of a sequence, from 1."""
        counter = self.counters.get(name) or Counter(name)
        counter.value += 1
        self.counters.put(counter)
        return counter.value

    def count(self, name: str, step: int = 0) -> int:
        """Read a counter after adding `step`."""
        counter = self.counters.get(name) or Counter(name)
        if step:
            counter.value += step
            self.counters.put(counter)
        return counter.value

    def new_id(self, prefix: str, length: int = ID_LENGTH) -> str:
        """A fresh id; reproducible for the same seed and the same order of acts."""
        return self.derived_id(prefix, f"#{self.next_number('id:' + prefix)}", length)

    def derived_id(self, prefix: str, name: str, length: int = ID_LENGTH) -> str:
        """The id of a named thing: the same name gives the same id, in any order."""
        digest = hashlib.sha256(f"{self.seed}|{self.corp_id}|{prefix}|{name}".encode())
        return prefix + digest.hexdigest()[: length - len(prefix)]

    # Looking people up

    def member(self, userid: str) -> Member | None:
        """The member; userids are case-insensitive (WeCom doc 90196)."""
        return self.members.get(userid.lower())

    def person(self, person_id: str) -> Person | None:
        """The person by the simulator's own id, openid or external_userid."""
        if found := self.people.get(person_id):
            return found
        for index in ("openid", "external_userid"):
            if rows := self.people.where(index, person_id):
                return rows[0]
        return None

    def friendship(self, userid: str, external_userid: str) -> Friendship | None:
        """The pair, whatever its state."""
        return self.friendships.get(friendship_key(userid, external_userid))

    def mini_openid(self, openid: str) -> Person | None:
        """The person of a mini-program openid."""
        rows = self.people.where("openid", openid)
        return rows[0] if rows else None


def friendship_key(userid: str, external_userid: str) -> str:
    """The key of a (member, person) pair."""
    return f"{userid.lower()}|{external_userid}"


def field_names(row_type: type) -> frozenset[str]:
    """The names of a record's fields, to check what a hand sends."""
    return frozenset(field.name for field in fields(row_type))
