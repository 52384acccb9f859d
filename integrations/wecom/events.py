"""WeCom's callbacks as frozen classes: `parse_event` turns the decrypted fields into one of them.

Only what the product acts on has a class of its own; everything else is `Unknown` and keeps its fields. A class names
the fields we use in our own spelling and ignores the rest, since WeCom adds fields at any time. Sources: WeCom docs
90239 (messages), 90240 (app events), 90970 (change_contact), 92130 (external contact, group, tag), 97299 (links),
95039 (archive).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from integrations.wecom.errors import BadXml
from integrations.wecom.xml import Fields

SYSTEM_SENDER = "sys"
"""`FromUserName` of everything that no member sent themselves."""


@dataclass(frozen=True, slots=True)
class CallbackEvent:
    """The envelope that every message and event has."""

    corp_id: str
    from_user: str
    """A userid, or `sys`."""
    created_unix_seconds: int


@dataclass(frozen=True, slots=True)
class MemberTextMessage(CallbackEvent):
    """A member wrote to the app."""

    content: str
    message_id: str
    agent_id: str


@dataclass(frozen=True, slots=True)
class EnterAgent(CallbackEvent):
    """A member opened the app."""

    agent_id: str
    event_key: str


@dataclass(frozen=True, slots=True)
class SelectedItem:
    """The options chosen in one question of a card."""

    question_key: str
    option_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TemplateCardMenuEvent(CallbackEvent):
    """`from_user` chose an entry of a card's "…" menu."""

    agent_id: str
    event_key: str
    task_id: str
    card_type: str
    response_code: str
    """Updates the card once, within 72 h."""


@dataclass(frozen=True, slots=True)
class TemplateCardEvent(TemplateCardMenuEvent):
    """`from_user` pressed a button of a card or submitted its form."""

    selected_items: tuple[SelectedItem, ...]

    def chosen(self, question_key: str) -> tuple[str, ...]:
        """The options chosen for one question; empty when it was not answered."""
        return next((item.option_ids for item in self.selected_items if item.question_key == question_key), ())


@dataclass(frozen=True, slots=True)
class ExternalContactEvent(CallbackEvent):
    """Something happened between a member and a customer (`change_external_contact`)."""

    user_id: str
    external_user_id: str


@dataclass(frozen=True, slots=True)
class ExternalContactAdded(ExternalContactEvent):
    """Both are friends now. `state` is the contact way's; `welcome_code` lives 20 s; either may be empty."""

    state: str
    welcome_code: str


@dataclass(frozen=True, slots=True)
class ExternalContactHalfAdded(ExternalContactAdded):
    """The customer added the member without verification; the member has not added back yet, and may never."""


@dataclass(frozen=True, slots=True)
class ExternalContactEdited(ExternalContactEvent):
    """The member changed remark, phones or tags in the client: pull the contact again."""


@dataclass(frozen=True, slots=True)
class ExternalContactDeleted(ExternalContactEvent):
    """The **member** deleted the customer."""

    source: str
    """`DELETE_BY_TRANSFER` when a hand-over did it."""


@dataclass(frozen=True, slots=True)
class FollowUserDeleted(ExternalContactEvent):
    """The **customer** deleted the member."""


@dataclass(frozen=True, slots=True)
class TransferFailed(ExternalContactEvent):
    """A hand-over did not happen."""

    fail_reason: str
    """`customer_refused` or `customer_limit_exceed`."""


@dataclass(frozen=True, slots=True)
class ArchiveApproved(ExternalContactEvent):
    """The customer agreed to the conversation archive (`msg_audit_approved`)."""

    welcome_code: str


@dataclass(frozen=True, slots=True)
class ChangeContact(CallbackEvent):
    """Something changed in the address book: fetch the member or department again, since the event carries little.

    It carries only what changed, and since 2022-08-15 hardly more than the userid.
    """

    change_type: str
    """create_user, update_user, delete_user, create_party, update_party, delete_party, update_tag."""
    user_id: str
    new_user_id: str
    party_id: str
    tag_id: str
    member_name: str
    status: str
    """1 active, 2 disabled, 4 not activated, 5 left; empty when it was not told."""


@dataclass(frozen=True, slots=True)
class ChangeExternalChat(CallbackEvent):
    """A customer group was made, changed or dismissed."""

    change_type: str
    """create, update, dismiss."""
    chat_id: str
    update_detail: str
    member_ids: tuple[str, ...]
    """Userids and external_userids that joined or left, in one list."""
    last_member_version: str
    current_member_version: str


@dataclass(frozen=True, slots=True)
class ChangeExternalTag(CallbackEvent):
    """A corp tag or tag group was changed in the admin console."""

    change_type: str
    """create, update, delete, shuffle."""
    tag_id: str
    """Tag or group id; empty for a shuffle of all groups."""
    tag_type: str
    """`tag` or `tag_group`."""


@dataclass(frozen=True, slots=True)
class CustomerAcquisition(CallbackEvent):
    """Something happened to an acquisition link or to the quota of all (doc 97299); fields it lacks are empty."""

    change_type: str
    """balance_low, balance_exhausted, balance_increased, quota_expire_soon, link_unavailable, delete_link,
    open_profile, friend_request, customer_start_chat, message_from_customer."""
    link_id: str
    user_id: str
    external_user_id: str
    lapses_unix_seconds: int
    lapsing: int
    """When how much of the quota lapses, in quota_expire_soon; else 0."""


@dataclass(frozen=True, slots=True)
class MsgAuditNotify(CallbackEvent):
    """There is something new in the conversation archive."""

    agent_id: str


@dataclass(frozen=True, slots=True)
class Unknown(CallbackEvent):
    """A message or event without a class of its own: stored, logged, acknowledged."""

    message_type: str
    event: str
    change_type: str
    fields: Fields = field(repr=False)


def parse_event(fields: Fields) -> CallbackEvent:
    """The event these fields describe, `Unknown` for all that we do not act on. Unknown fields are ignored.

    Names of messages, events and change types are compared as `names_of` gives them. Raises `BadXml` when
    the envelope lacks MsgType or CreateTime is no number.
    """
    message_type, event, change_type = names_of(fields)
    if not message_type:
        raise BadXml(reason="no MsgType")
    name = (event, change_type) if message_type == "event" else (message_type, "")
    build = _BUILDERS.get(name) or _BUILDERS.get((name[0], _ANY))
    envelope = (_text(fields, "ToUserName"), _text(fields, "FromUserName"), _number(fields, "CreateTime"))
    if build is None:
        return Unknown(*envelope, message_type, event, change_type, fields)
    return build(envelope, fields)


def names_of(fields: Fields) -> tuple[str, str, str]:
    """Message type, event and change type in lower case and without blanks around: clients and docs differ."""
    message_type, event, change_type = (
        _text(fields, name).strip().lower() for name in ("MsgType", "Event", "ChangeType")
    )
    return message_type, event, change_type


def dedupe_key(fields: Fields) -> str:
    """The key under which one delivery and its repeats are the same.

    Messages: their MsgId. Events have none, and customer events all come from `sys`. WeCom repeats an event letter by
    letter (WeCom docs 90238, 90930), so the key is a digest of all fields: two changes within one second are two
    events. 64 hex digits after the prefix keep the key short and free of people's ids.
    """
    if message_id := _text(fields, "MsgId"):
        return f"message:{_digest(_text(fields, 'ToUserName'), message_id)}"
    return f"event:{_digest(*(f'{name}={fields[name]}' for name in sorted(fields)))}"


def text_reply(message: MemberTextMessage | EnterAgent, content: str) -> bytes:
    """The XML of a passive text reply (WeCom doc 90241), ready for `CallbackCrypto.seal_reply`."""
    return (
        f"<xml><ToUserName><![CDATA[{_cdata(message.from_user)}]]></ToUserName>"
        f"<FromUserName><![CDATA[{_cdata(message.corp_id)}]]></FromUserName>"
        f"<CreateTime>{message.created_unix_seconds}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        f"<Content><![CDATA[{_cdata(content)}]]></Content></xml>"
    ).encode()


_Envelope = tuple[str, str, int]
_Builder = Callable[[_Envelope, Fields], CallbackEvent]

_ANY = "*"


def _acquisition(envelope: _Envelope, fields: Fields) -> CallbackEvent:
    lapses = "ExpireTime" in fields
    return CustomerAcquisition(
        *envelope,
        names_of(fields)[2],
        _text(fields, "LinkId"),
        *_friends(fields),
        _number(fields, "ExpireTime") if lapses else 0,
        _number(fields, "ExpireQuotaNum") if lapses else 0,
    )


def _added(envelope: _Envelope, fields: Fields) -> CallbackEvent:
    return ExternalContactAdded(*envelope, *_friends(fields), _text(fields, "State"), _text(fields, "WelcomeCode"))


def _half_added(envelope: _Envelope, fields: Fields) -> CallbackEvent:
    return ExternalContactHalfAdded(*envelope, *_friends(fields), _text(fields, "State"), _text(fields, "WelcomeCode"))


def _card_menu(envelope: _Envelope, fields: Fields) -> CallbackEvent:
    return TemplateCardMenuEvent(*envelope, *_card(fields))


def _card_pressed(envelope: _Envelope, fields: Fields) -> CallbackEvent:
    return TemplateCardEvent(*envelope, *_card(fields), _selected_items(fields))


def _change_contact(envelope: _Envelope, fields: Fields) -> CallbackEvent:
    return ChangeContact(
        *envelope,
        names_of(fields)[2],
        _text(fields, "UserID"),
        _text(fields, "NewUserID"),
        _text(fields, "Id"),
        _text(fields, "TagId"),
        _text(fields, "Name"),
        _text(fields, "Status"),
    )


def _change_external_chat(envelope: _Envelope, fields: Fields) -> CallbackEvent:
    return ChangeExternalChat(
        *envelope,
        names_of(fields)[2],
        _text(fields, "ChatId"),
        _text(fields, "UpdateDetail").lower(),
        _texts(_branch(fields, "MemChangeList"), "Item"),
        _text(fields, "LastMemVer"),
        _text(fields, "CurMemVer"),
    )


def _change_external_tag(envelope: _Envelope, fields: Fields) -> CallbackEvent:
    return ChangeExternalTag(*envelope, names_of(fields)[2], _text(fields, "Id"), _text(fields, "TagType"))


_BUILDERS: dict[tuple[str, str], _Builder] = {
    ("text", ""): lambda e, f: MemberTextMessage(*e, _text(f, "Content"), _text(f, "MsgId"), _text(f, "AgentID")),
    ("enter_agent", _ANY): lambda e, f: EnterAgent(*e, _text(f, "AgentID"), _text(f, "EventKey")),
    ("template_card_event", _ANY): _card_pressed,
    ("template_card_menu_event", _ANY): _card_menu,
    ("change_external_contact", "add_external_contact"): _added,
    ("change_external_contact", "add_half_external_contact"): _half_added,
    ("change_external_contact", "edit_external_contact"): lambda e, f: ExternalContactEdited(*e, *_friends(f)),
    ("change_external_contact", "del_external_contact"): lambda e, f: ExternalContactDeleted(
        *e, *_friends(f), _text(f, "Source")
    ),
    ("change_external_contact", "del_follow_user"): lambda e, f: FollowUserDeleted(*e, *_friends(f)),
    ("change_external_contact", "transfer_fail"): lambda e, f: TransferFailed(*e, *_friends(f), _text(f, "FailReason")),
    ("change_external_contact", "msg_audit_approved"): lambda e, f: ArchiveApproved(
        *e, *_friends(f), _text(f, "WelcomeCode")
    ),
    ("change_contact", _ANY): _change_contact,
    ("change_external_chat", _ANY): _change_external_chat,
    ("change_external_tag", _ANY): _change_external_tag,
    ("customer_acquisition", _ANY): _acquisition,
    ("msgaudit_notify", _ANY): lambda e, f: MsgAuditNotify(*e, _text(f, "AgentID")),
}


def _friends(fields: Fields) -> tuple[str, str]:
    return _text(fields, "UserID"), _text(fields, "ExternalUserID")


def _card(fields: Fields) -> tuple[str, str, str, str, str]:
    return (
        _text(fields, "AgentID"),
        _text(fields, "EventKey"),
        _text(fields, "TaskId"),
        _text(fields, "CardType"),
        _text(fields, "ResponseCode"),
    )


def _selected_items(fields: Fields) -> tuple[SelectedItem, ...]:
    return tuple(
        SelectedItem(_text(item, "QuestionKey"), _texts(_branch(item, "OptionIds"), "OptionId"))
        for item in _many(_branch(fields, "SelectedItems"), "SelectedItem")
        if isinstance(item, dict)
    )


def _text(fields: Fields, name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else ""


def _number(fields: Fields, name: str) -> int:
    text = _text(fields, name).strip()
    if not text.isascii() or not text.isdigit() or len(text) > 12:
        raise BadXml(reason=f"{name} is no number")
    return int(text)


def _branch(fields: Fields, name: str) -> Fields:
    """A container; an empty one arrives as empty text."""
    value = fields.get(name)
    return value if isinstance(value, dict) else {}


def _many(fields: Fields, name: str) -> list[Any]:
    value = fields.get(name, [])
    return value if isinstance(value, list) else [value]


def _texts(fields: Fields, name: str) -> tuple[str, ...]:
    return tuple(value for value in _many(fields, name) if isinstance(value, str))


def _digest(*parts: str) -> str:
    return sha256("\x1f".join(parts).encode()).hexdigest()


def _cdata(text: str) -> str:
    return text.replace("]]>", "]]]]><![CDATA[>")
