"""What exists on WeCom's side of the world. All instants are Unix seconds of the business clock."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Agent:
    """A self-built app of the corp, with its secret, its callback address and what it may see."""

    agent_id: int
    secret: str
    name: str = "云帆"
    callback_url: str = ""
    callback_token: str = ""
    callback_aes_key: str = ""
    trusted_ips: list[str] | None = None
    """None = the check is off; otherwise callers outside answer 60020."""
    visible_userids: list[str] | None = None
    """None = the whole corp."""
    menu: list[dict[str, Any]] = field(default_factory=list)
    """The buttons below the app's chat."""
    gets_personal_fields: bool = False
    """Apps made before 2022-06-20 still get phone, mail and picture of members (doc 90196)."""

    def sees(self, userid: str) -> bool:
        """Whether a member is in the visible range; userids ignore case (doc 90196)."""
        return self.visible_userids is None or userid.lower() in {name.lower() for name in self.visible_userids}


@dataclass
class Token:
    """One access token (of a WeCom app, or of the mini program)."""

    value: str
    owner: str
    expires_at: float
    kind: str = "wecom"


@dataclass
class Department:
    """A node of the corp's tree; the root has id 1."""

    id: int
    name: str
    parentid: int = 0
    order: int = 0


@dataclass
class Member:
    """An employee in WeCom."""

    userid: str
    name: str
    department: list[int] = field(default_factory=lambda: [1])
    position: str = ""
    status: int = 1
    """1 active, 2 disabled, 4 not activated, 5 left."""
    has_customer_contact: bool = True
    """Inside the "customer contact" range (610004 otherwise)."""
    admin_welcome: bool = False
    """The admin configured a welcome text for this member: events then carry no WelcomeCode."""
    customer_limit: int = 0
    """Customers the member may have; 0 = as many as they like."""
    mobile: str = ""
    email: str = ""
    """Told only to apps that get personal fields."""


@dataclass
class MemberTag:
    """A tag of the address book; departments carry it for their direct members."""

    tagid: int
    tagname: str
    userids: list[str] = field(default_factory=list)
    departments: list[int] = field(default_factory=list)


@dataclass
class Resigned:
    """A member who left the corp; their customers wait to be given to somebody (doc 92124)."""

    userid: str
    left_at: int


@dataclass
class Person:
    """Somebody with a WeChat account: a car owner."""

    person_id: str
    nickname: str
    phone: str
    """A mainland number as it is; any other with its country, as `+852-51234567`."""
    unionid: str
    openid: str
    external_userid: str
    avatar: str = ""
    gender: int = 0
    created_at: int = 0
    type: int = 1
    """1 a WeChat user; 2 a WeCom user of another corp, whose external_userid begins with `wo`."""
    corp_name: str = ""
    corp_full_name: str = ""
    position: str = ""
    """For a WeCom user: the name of their corp and their position in it."""


@dataclass
class Friendship:
    """A member and a person who have (or had) each other in their lists."""

    userid: str
    external_userid: str
    created_at: int
    state: str = ""
    add_way: int = 1
    remark: str = ""
    description: str = ""
    remark_corp_name: str = ""
    remark_mobiles: list[str] = field(default_factory=list)
    tag_ids: list[str] = field(default_factory=list)
    half: bool = False
    """The person added the member by a skip-verify code; the member has not added back."""
    half_code_used: bool = False
    deleted_by_person: bool = False
    deleted_by_member: bool = False
    chatted: bool = False
    """Whether somebody has written by hand. From then on a welcome is refused (41051)."""
    last_chat_at: int = 0
    link_id: str = ""
    """The acquisition link by which the person came."""
    has_written: bool = False
    """Whether the person has written since they came."""

    @property
    def alive(self) -> bool:
        """True while the member still has the person as a customer (a deletion by the person does not show)."""
        return not self.deleted_by_member

    @property
    def reachable(self) -> bool:
        """True while a message of the member reaches the person."""
        return not self.deleted_by_member and not self.deleted_by_person


@dataclass
class ContactWay:
    """A 「联系我」 code."""

    config_id: str
    body: dict[str, Any]
    created_at: int


@dataclass
class AcquisitionLink:
    """A link of 获客助手."""

    link_id: str
    body: dict[str, Any]
    created_at: int


@dataclass
class AcquisitionQuota:
    """Quota of 获客助手 that was bought at once and lapses at once; each new friend by a link uses one up."""

    id: str
    bought: int
    left: int
    lapses_at: int
    told_days: list[int] = field(default_factory=list)
    """Of which days before its end the corp was told."""


@dataclass
class WelcomeCode:
    """A right to greet: 20 seconds, one use."""

    code: str
    userid: str
    external_userid: str
    created_at: float
    used_by: int = 0
    """Agent id of the app whose call won; 0 = unused."""


@dataclass
class Tag:
    """A corp tag."""

    id: str
    name: str
    group_id: str
    order: int = 0
    create_time: int = 0
    created_by: int = 0
    """Agent id; only that app may edit it. 0 = made in the admin console."""


@dataclass
class TagGroup:
    """A group of corp tags; it disappears with its last tag."""

    group_id: str
    group_name: str
    order: int = 0
    create_time: int = 0
    created_by: int = 0


@dataclass
class ChatMessage:
    """One message between a member and a person."""

    id: str
    userid: str
    external_userid: str
    sender: str
    """`person` or `member`."""
    origin: str
    """`chat`, `welcome` or `mass`."""
    msgtype: str
    content: dict[str, Any]
    sent_at: int


@dataclass
class AppMessage:
    """One app message in one member's WeCom."""

    id: str
    msgid: str
    agent_id: int
    userid: str
    msgtype: str
    body: dict[str, Any]
    sent_at: int
    task_id: str = ""
    recalled: bool = False
    replaced: dict[str, Any] | None = None
    """The card as this member sees it after update_template_card or a passive reply."""
    clicked: list[str] = field(default_factory=list)


@dataclass
class ResponseCode:
    """A right to update a card: 72 hours, one use."""

    code: str
    agent_id: int
    task_id: str
    created_at: float
    used: bool = False


@dataclass
class MassMessage:
    """An enterprise mass message: only tasks until each member confirms."""

    msgid: str
    creator: str
    chat_type: str
    body: dict[str, Any]
    created_at: int
    create_type: int = 0
    cancelled: bool = False
    reminded_at: list[int] = field(default_factory=list)


@dataclass
class MassTask:
    """One member's part of a mass message."""

    msgid: str
    userid: str
    results: dict[str, list[int]]
    """external_userid, or chat_id → [status 0 not sent, 1 sent, 2 not friend or no group, 3 quota; send_time]."""
    status: int = 0
    """0 not sent, 2 sent."""
    send_time: int = 0
    refused: bool = False
    allow_select: bool = False


@dataclass
class CustomerGroup:
    """A customer group (客户群): members and customers in one chat (docs 92120, 92122)."""

    chat_id: str
    name: str
    owner: str
    created_at: int
    notice: str = ""
    members: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Who is in it by userid or external_userid: type (1 member, 2 customer), join_time, join_scene, invitor."""
    version: int = 1
    dissolved: bool = False


@dataclass
class GroupMessage:
    """What a member sent into a group."""

    id: str
    chat_id: str
    userid: str
    msgtype: str
    content: dict[str, Any]
    sent_at: int


@dataclass
class Moment:
    """An enterprise Moment (企业发表朋友圈): only a task for each member until they publish it (doc 95094)."""

    moment_id: str
    jobid: str
    body: dict[str, Any]
    tag_ids: list[str]
    """Only customers with one of these see it; empty = all of the member's customers."""
    created_at: int
    invalid_senders: list[str] = field(default_factory=list)
    invalid_departments: list[int] = field(default_factory=list)
    invalid_tags: list[str] = field(default_factory=list)
    create_type: int = 0
    creator: str = ""
    cancelled: bool = False


@dataclass
class MomentPart:
    """One member's part of a Moment: whether they published it, who may see it, and what those did."""

    moment_id: str
    userid: str
    published_at: int = 0
    """0 = not published."""
    chosen: list[str] = field(default_factory=list)
    """external_userids for whom it was published."""
    seen_by: list[str] = field(default_factory=list)
    """Those of them who really see it: whoever got as many this month as one may see does not."""
    likes: dict[str, int] = field(default_factory=dict)
    comments: list[list[Any]] = field(default_factory=list)
    """[external_userid, time, text]; the API never tells the text."""


@dataclass
class Transfer:
    """A hand-over of one customer; done after 24 hours unless refused."""

    external_userid: str
    handover_userid: str
    takeover_userid: str
    started_at: int
    status: int = 2
    """1 done, 2 waiting, 3 refused, 4 limit reached."""
    takeover_time: int = 0
    from_resigned: bool = False
    """The member who hands over had left the corp."""


@dataclass
class Media:
    """A temporary file (3 days) or a permanent image."""

    media_id: str
    type: str
    filename: str
    content_type: str
    data: str
    """base64"""
    created_at: int
    permanent: bool = False
    attachment_type: int = 0
    """1 = for Moments, 2 = for the product album, 0 = for messages; each is of use only there (doc 95098)."""


@dataclass
class Counter:
    """A number that must survive a restart: id sequences, monthly quotas."""

    name: str
    value: int = 0


@dataclass
class OAuthCode:
    """A login code: 5 minutes, one use."""

    code: str
    userid: str
    person_id: str
    scope: str
    created_at: float
    used: bool = False
