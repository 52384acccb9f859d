"""退款异常: the bank refused a refund, as when the payer's card is gone. Finance sends it to another card, under the
same number. To our own card it is not back with the payer: the desk then owes it and pays it out.

The payer's account and name are encrypted for WeChat Pay by the client and are neither stored nor logged here.
"""

import re
from dataclasses import dataclass, field
from typing import Final

from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, subject
from crm_core.payments import refunds, rules
from crm_core.payments.errors import BankCardWrong, RefundNotAbnormal, RefundNotFound
from crm_core.payments.models import Refund
from crm_core.payments.platform import wechat_pay
from crm_core.payments.rules import Redirect, RefundState
from foundation import clock, database
from foundation.refs import Ref
from integrations.wechat_pay import DEBIT_BANKS, BankCard

_ACCOUNT: Final = re.compile(r"[0-9]{10,30}")


@dataclass(frozen=True)
class Card:
    """A debit card of the payer, as finance typed it."""

    bank: str
    account: str = field(repr=False)
    holder: str = field(repr=False)


async def redirect(actor: Actor, refund_id: int, card: Card | None) -> None:
    """Send a refund that the bank refused to the payer's card, or without one to ours.

    It calls the platform, so it must not run in a transaction. If the answer is lost, the platform is asked later.

    Raises:
        RefundNotFound, NotAllowed, BankCardWrong.
        RefundNotAbnormal: the bank has not refused it, or it was sent within the last minute.
        WeChatPayError, OutcomeUnknown.
    """
    known = await Refund.get_or_none(id=refund_id)
    authorise(actor, "refunds.redirect", subject(store_id=known.store_id if known else None))
    if known is None:
        raise RefundNotFound
    sent_to = None if card is None else _checked(card)
    refund = await _begin(actor, known, Redirect.USER_BANK_CARD if card else Redirect.MERCHANT_BANK_CARD)
    client = await wechat_pay()
    await refunds.settle(await client.apply_abnormal_refund(refund.platform_refund_id, refund.out_refund_no, sent_to))


def _checked(card: Card) -> BankCard:
    account, holder = "".join(card.account.split()), card.holder.strip()
    if card.bank not in DEBIT_BANKS or not holder or not _ACCOUNT.fullmatch(account):
        raise BankCardWrong
    return BankCard(card.bank, account, holder)


async def _begin(actor: Actor, known: Refund, to: Redirect) -> Refund:
    """Note where it goes before the platform hears of it, and when to ask what became of it."""
    async with database.transaction():
        await database.advisory_lock(f"money:{known.about}")
        refund = await Refund.select_for_update().get(id=known.id)
        now = clock.now()
        is_too_soon = refund.redirected_at is not None and now < refund.redirected_at + rules.BETWEEN_REDIRECTS
        if refund.state is not RefundState.ABNORMAL or is_too_soon:
            raise RefundNotAbnormal(state=refund.state.value)
        refund.redirected_to, refund.redirected_at = to, now
        refund.next_question_at = rules.next_question_at(0, now)
        await refund.save()
        await audit.note(actor, "refunds.redirect", Ref("refund", refund.id), reason=to.value, fen=refund.amount_fen)
        return refund
