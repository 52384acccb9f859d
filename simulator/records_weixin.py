"""What exists on the mini program's and the merchant's side of the world."""

from dataclasses import dataclass, field
from typing import Any


@dataclass
class MiniCode:
    """A code with one use: `login` (wx.login) or `phone`, 5 minutes; `pay` for a shop's scanner, one minute."""

    code: str
    kind: str
    person_id: str
    created_at: float
    used: bool = False


@dataclass
class SubscribeTemplate:
    """A subscribe-message template of the account; `keys` such as thing1, time2."""

    template_id: str
    title: str = ""
    keys: list[str] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    """What the library prints before each key's value: `{"thing1": "车辆"}`."""


@dataclass
class Quota:
    """How many more subscribe messages a person has agreed to, per template."""

    key: str
    openid: str
    template_id: str
    left: int = 0


@dataclass
class ServiceNotice:
    """A subscribe message as it stands in the person's 「服务通知」."""

    id: str
    openid: str
    template_id: str
    title: str
    page: str
    data: dict[str, Any]
    sent_at: int


@dataclass
class PayOrder:
    """A transaction of the merchant."""

    out_trade_no: str
    body: dict[str, Any]
    """The prepay request: appid, mchid, description, amount, payer, notify_url …"""
    created_at: float
    state: str = "NOTPAY"
    transaction_id: str = ""
    success_at: float = 0
    refunded_fen: int = 0
    prepay_ids: dict[str, float] = field(default_factory=dict)
    """prepay_id → the instant it was given."""
    trade_type: str = "JSAPI"
    """`MICROPAY` for an order by the code a person showed."""


@dataclass
class Refund:
    """A refund of one transaction."""

    out_refund_no: str
    refund_id: str
    out_trade_no: str
    body: dict[str, Any]
    created_at: float
    status: str = "PROCESSING"
    success_at: float = 0
    settles_from: float = 0
    """When it was sent to a card after the bank had refused it."""
    received_account: str = ""
    """The name and number of that card, as the platform read them."""


@dataclass
class IssuedInvoice:
    """An order at the service that issues invoices; a red one names the invoice it takes back as `of`."""

    serial: str
    body: dict[str, Any]
    ordered_at: float
    refusal: str = ""


@dataclass
class Notification:
    """A payment notification, sent until the merchant takes it or the schedule ends."""

    id: str
    url: str
    body: str
    plain: str
    name: str
    due_at: float
    attempts: int = 0
    done: bool = False


@dataclass
class SmsTemplate:
    """A template handed in for review, which takes a while; `refusal` is what the review will say against it."""

    id: str
    name: str
    content: str
    kind: int
    """1 marketing, 2 notice, 3 code."""
    handed_in_at: float
    refusal: str = ""


@dataclass
class SmsMessage:
    """A message on somebody's phone, or their answer (`is_theirs`)."""

    serial: str
    phone: str
    signature: str
    template_id: str
    text: str
    at: float
    is_theirs: bool = False


@dataclass
class SmsBlock:
    """A number that answered with an opt-out: the carrier takes no more for it."""

    phone: str
    at: float
