"""短信: at most 200 numbers in one call, which can be neither stopped nor looked up.

The platform takes only words that it has reviewed. A new broadcast's words are handed in when it is submitted for
approval, and sent once they are approved; until then its tasks wait, and if the review refuses them, its people go on
to the next way. No address of a person may stand in a variable, so the words contain one fixed link, and people are
known by their account when they open it (`attribution`).
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from campaigns.mass_channels import CustomerResult, DirectChannel, MadeTask, NotReady, SendOutcome, mass_channel
from campaigns.own_words import Carries, Content, numbered, values_of
from crm_core.customers.models import Purpose
from crm_core.messaging.sms import bulk, templates
from crm_core.messaging.sms.bulk import Outcome
from crm_core.policies.current import group_policy
from crm_core.policies.declaring import Policy, Unit, rule
from crm_core.wording.catalogue import ChannelFile
from crm_core.wording.facts import Facts
from foundation import database
from foundation.errors import ErrorKind, PlatformError
from foundation.settings import get_settings

LONGEST: Final = 450
"""Characters: the platform takes 500 with the signature."""
LINK: Final = "/go"
"""The path of the page behind the fixed link."""
_OUTCOMES: Final = {
    Outcome.WAITING: SendOutcome.WAITING,
    Outcome.REACHED: SendOutcome.SENT,
    Outcome.FAILED: SendOutcome.UNREACHED,
    Outcome.NOT_KNOWN: SendOutcome.NOT_KNOWN,
}


@dataclass(frozen=True)
class SmsMassPolicy(Policy, key="sms_mass", title="短信群发", is_group_only=True):
    """What the group pays for an SMS of a campaign."""

    reach_fen: int = rule(5, "短信群发触达一位客户的成本", Unit.YUAN, 0, 10_00)
    """By the provider's price list."""


@mass_channel
class SmsMass(DirectChannel):
    """SMS of a campaign."""

    name = "SMS_MASS"
    label = "短信"
    unreached = "没有能收短信的手机号"
    platform = "短信平台"
    file = ChannelFile.SMS
    consent = Purpose.MARKETING_SMS
    most_per_task = bulk.MOST
    lease_seconds = 60
    looked_for = bulk.SETTLED_WITHIN
    watched_for = bulk.SETTLED_WITHIN
    is_final = True

    @property
    def is_set_up(self) -> bool:
        """Whether there is an account."""
        return get_settings().sms.is_set_up

    @property
    def carries(self) -> Carries:
        """Words with the fixed link and a way to opt out, which carriers demand."""
        return Carries(
            longest=LONGEST,
            opt_out=("拒收请回复R", "退订回复TD", "退订回T"),
            states_terms=False,
            without_signs="【】¥★",
            link=f"{get_settings().public_url}{LINK}",
        )

    def reached_sql(self, staff_id: str | None) -> str:
        """Whoever has a domestic mobile number that takes SMS."""
        where = "true" if self.is_set_up else "false"
        return (
            "SELECT a.id AS customer_id, NULL::bigint AS staff_id, n.phone AS address, true AS is_active "
            "FROM asked a JOIN customer n ON n.id = a.id "
            f"WHERE {where} AND n.phone <> '' AND n.phone NOT LIKE '+%' AND n.is_phone_usable "
            "AND NOT EXISTS (SELECT FROM sms_block b WHERE b.phone = n.phone)"
        )

    async def reach_fen(self) -> int:
        """The group's price."""
        return (await group_policy(SmsMassPolicy)).reach_fen

    async def prepare(self, content: Content) -> bool:
        """Have the platform review the words."""
        if not self.is_set_up:
            return False
        await templates.want(numbered(content)[0])
        return True

    async def not_ready(self, content: Content) -> NotReady | None:
        """What the review says, if there is an account."""
        if not self.is_set_up:
            return NotReady("没有接短信", is_for_good=True)
        why = bulk.refusal(await templates.of_words(numbered(content)[0]))
        return None if why is None else NotReady(*why)

    async def make(self, content: Content, facts: Facts, *, token: str, addresses: Sequence[str]) -> MadeTask:
        """Send to each number once, also if several people have it."""
        words, names = numbered(content)
        template = await templates.of_words(words)
        if template is None or bulk.refusal(template) is not None:
            raise PlatformError("sms", "NOT_REVIEWED", kind=ErrorKind.BUSY)
        people = {
            row["address"]: row["customer_id"]
            for row in await database.fetch(
                "SELECT r.address, min(r.customer_id) AS customer_id FROM broadcast_recipient r "
                "JOIN send_task b ON b.broadcast_id = r.broadcast_id AND b.number = r.task_number "
                "  AND r.staff_id IS NULL "
                "WHERE b.token = $1 AND r.address = ANY($2) GROUP BY r.address",
                token,
                list(addresses),
            )
        }
        failed = await bulk.send(token, template, values_of(names, facts), people)
        return MadeTask(token, tuple(failed))

    async def find(self, token: str, asked_at: datetime) -> list[str]:
        """The task itself, once a report has named one of its numbers."""
        return [token] if await bulk.was_taken(token) else []

    async def was_asked(self, token: str) -> bool:
        """The numbers are written down before the platform is called."""
        return await bulk.was_begun(token)

    async def results(self, message_id: str) -> AsyncIterator[CustomerResult]:
        """What the reports said."""
        for phone, outcome, at in await bulk.outcomes(message_id):
            yield CustomerResult(phone, _OUTCOMES[outcome], at if outcome is Outcome.REACHED else None)

    async def take_back(self, message_id: str) -> bool:
        """What was asked for cannot be stopped."""
        return False
