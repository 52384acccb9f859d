"""订阅消息: the notice in WeChat that a service is due, to owners who still allow one.

WeChat reviews such a notice as a service and forbids advertising in it. So its words are fixed and offer nothing, and
whoever accepted none, or whose car is not due, is not reached. Each is one message of the outbox, which takes the
owner's accept when it sends, never twice, and says what became of it; no platform is called here.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from campaigns.mass_channels import CustomerResult, DirectChannel, MadeTask, SendOutcome, mass_channel
from campaigns.own_words import Carries, Content
from crm_core.customers.models import IdentityKind, Purpose
from crm_core.due_dates.rules import DueKind
from crm_core.messaging.channels.subscribe import Subscribe
from crm_core.messaging.models import MessageState
from crm_core.messaging.service import say
from crm_core.vehicles.models import BindingRole
from crm_core.wording.catalogue import ChannelFile, SubscribeSpec, catalogue
from crm_core.wording.facts import Facts
from crm_core.wording.subscribe_keys import subscribe_templates
from foundation import clock, database
from foundation.reading import Query, literals, read_model
from foundation.refs import Ref

DUE_NOTICE: Final = "service_due"
"""The message that a service is due."""
TAKES_NOTICES: Final = (
    "EXISTS (SELECT FROM identity i JOIN subscribe_allowance a ON a.openid = i.value "
    f"WHERE i.customer_id = c.id AND i.kind = {literals(IdentityKind.OPENID)} AND a.template = '{DUE_NOTICE}' "
    "AND a.remaining > 0) "
    f"AND NOT EXISTS (SELECT FROM notice_off o WHERE o.customer_id = c.id AND o.notice = '{DUE_NOTICE}')"
)
"""SQL: whether customer `c` still allows a notice that a service is due."""
_KEY: Final = "mass:"
_SERVICE: Final = literals(DueKind.FIRST_SERVICE, DueKind.REGULAR_SERVICE)
_DUE_CARS: Final = f"""
FROM customer c
JOIN ownership o ON o.customer_id = c.id AND o.until_on IS NULL AND o.role = {literals(BindingRole.OWNER)}
JOIN vehicle v ON v.id = o.vehicle_id AND v.gone_reason = ''
JOIN due_date d ON d.vehicle_id = v.id AND d.kind IN ({_SERVICE})
JOIN store s ON s.id = coalesce(c.home_store_id, v.home_store_id)
"""
_OF_TASK: Final = (
    "send_task b JOIN broadcast_recipient r ON r.broadcast_id = b.broadcast_id AND r.task_number = b.number "
    "AND r.staff_id IS NULL AND b.staff_id IS NULL"
)


@read_model
class _ToTell:
    address: str
    customer_id: int
    vehicle_id: int
    store_short: str
    model_short: str
    plate: str | None
    due_on: str


@read_model
class _Told:
    address: str
    state: MessageState
    created_at: datetime
    sent_at: datetime | None


_TO_TELL: Final = Query(
    _ToTell,
    f"""
    SELECT DISTINCT ON (c.id) r.address, c.id AS customer_id, v.id AS vehicle_id, s.short_name AS store_short,
      m.series AS model_short, nullif(v.plate, '') AS plate, d.due_on::text AS due_on
    {_DUE_CARS} JOIN vehicle_model m ON m.id = v.model_id
    JOIN ({_OF_TASK}) ON r.customer_id = c.id AND r.address = v.id || '/' || c.id
    WHERE b.token = $1 AND r.address = ANY($2) AND d.due_on <= $3 ORDER BY c.id, d.due_on
    """,
)
_TOLD: Final = Query(
    _Told,
    f"SELECT r.address, m.state, m.created_at, m.sent_at FROM {_OF_TASK} "
    f"JOIN message m ON m.dedupe_key = '{_KEY}' || b.token || ':' || r.address WHERE b.token = $1",
)
_OUTCOMES: Final = {
    MessageState.PENDING: SendOutcome.WAITING,
    MessageState.SENDING: SendOutcome.WAITING,
    MessageState.SENT: SendOutcome.SENT,
    MessageState.UNKNOWN: SendOutcome.NOT_KNOWN,
}
"""What is not named was not sent, for good: no accept was left, or it was not true any more."""
_STILL: Final = f"""
SELECT EXISTS (SELECT {_DUE_CARS} JOIN broadcast_recipient r ON r.customer_id = c.id AND r.address = v.id || '/' || c.id
WHERE v.id = $1 AND d.due_on <= $2 AND r.sent_at IS NULL AND r.contacted_on IS NOT NULL
  AND c.marketing_stopped_at IS NULL AND c.restricted_at IS NULL AND c.gone_reason = '')
"""
"""Whoever was moved on to another way, or dropped, has another address, or counts as not contacted."""


@mass_channel
class SubscribeMass(DirectChannel):
    """The notice that a service is due."""

    name = "SUBSCRIBE_MASS"
    label = "订阅消息"
    unreached = "没有剩余的订阅次数，或者车还没到该保养的日子"
    platform = "微信订阅消息"
    file = ChannelFile.SUBSCRIBE
    consent = Purpose.SERVICE_NOTICE
    most_per_task = 500
    lease_seconds = 60
    looked_for = timedelta(minutes=15)
    watched_for = timedelta(days=1)
    is_final = True

    @property
    def is_set_up(self) -> bool:
        """Whether the group's mini program has the notice."""
        return catalogue().message(DUE_NOTICE).id in subscribe_templates().templates

    @property
    def carries(self) -> Carries:
        """The notice as WeChat reviewed it, line by line."""
        spec = catalogue().message(DUE_NOTICE).channels[ChannelFile.SUBSCRIBE]
        assert isinstance(spec, SubscribeSpec)
        lines = "、".join(field.label for field in spec.fields)
        return Carries(longest=200, opt_out=(), states_terms=False, only=f"{spec.title}：{lines}")

    def reached_sql(self, staff_id: str | None) -> str:
        """Owners of a car whose service is due, who still allow a notice about it; at the car that was due first."""
        today = clock.today().isoformat()
        return (
            "SELECT DISTINCT ON (c.id) c.id AS customer_id, NULL::bigint AS staff_id, v.id || '/' || c.id AS address, "
            f"true AS is_active {_DUE_CARS} JOIN asked a ON a.id = c.id "
            f"WHERE d.due_on <= '{today}' AND {TAKES_NOTICES} ORDER BY c.id, d.due_on, v.id"
        )

    async def reach_fen(self) -> int:
        """WeChat takes nothing for it."""
        return 0

    async def make(self, content: Content, facts: Facts, *, token: str, addresses: Sequence[str]) -> MadeTask:
        """Put a message for each into the outbox, all or none."""
        async with database.transaction():
            told = await _TO_TELL.all(token, list(addresses), clock.today())
            for each in told:
                await say(
                    DUE_NOTICE,
                    {
                        "store_short": each.store_short,
                        "model_short": each.model_short,
                        "plate": each.plate,
                        "due_on": each.due_on,
                    },
                    customer_id=each.customer_id,
                    about=Ref("vehicle", each.vehicle_id),
                    dedupe_key=f"{_KEY}{token}:{each.address}",
                )
        known = {each.address for each in told}
        return MadeTask(token, tuple(address for address in addresses if address not in known))

    async def find(self, token: str, asked_at: datetime) -> list[str]:
        """The task itself, once its messages are in the outbox."""
        return [token] if await _TOLD.first(token) else []

    async def was_asked(self, token: str) -> bool:
        """Its messages are written together."""
        return await _TOLD.first(token) is not None

    async def results(self, message_id: str) -> AsyncIterator[CustomerResult]:
        """What became of each message."""
        for each in await _TOLD.all(message_id):
            outcome = _OUTCOMES.get(each.state, SendOutcome.UNREACHED)
            if outcome is SendOutcome.UNREACHED and each.created_at > clock.now() - Subscribe.opens_late:
                outcome = SendOutcome.WAITING  # An accept that comes now still counts.
            yield CustomerResult(each.address, outcome, each.sent_at)

    async def take_back(self, message_id: str) -> bool:
        """They are sent within seconds."""
        return False


async def still_due(vehicle_id: int) -> bool:
    """Whether a campaign is still to tell the car's owner that its service is due."""
    return bool(await database.fetch_value(_STILL, vehicle_id, clock.today()))
