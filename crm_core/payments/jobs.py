"""The jobs of payments: handle notices, carry out refunds, query open payments."""

from functools import partial

from crm_core.payments import codes, notices, outside, refunds, rules, settling
from crm_core.payments.models import Payment, Refund
from crm_core.payments.rules import Method
from foundation import clock
from foundation.errors import PlatformError
from foundation.jobs import URGENT, job
from foundation.logging import logger

BATCH = 200
"""Open payments queried by one run; the next run takes the rest."""


@job(notices.HANDLE, priority=URGENT, is_hint=True)
async def handle_notice(*, notice_id: int) -> None:
    """Handle a stored notice."""
    await notices.UNHANDLED.attempt(notice_id, partial(notices.handle, notice_id))


@job(refunds.CARRY_OUT, is_hint=True)
async def carry_out_refund(*, refund_id: int) -> None:
    """Ask the platform to refund."""
    await refunds.carry_out(refund_id)


@job("payments.follow_codes", priority=URGENT)
async def follow_codes() -> None:
    """Ask about every payment by code whose next question is due, or reverse it. A cashier and a payer wait for it."""
    for payment_id in await codes.due(BATCH):
        try:
            await codes.follow(payment_id)
        except PlatformError as error:
            logger.warning("payment_question_failed", payment_id=payment_id, errcode=error.errcode)


@job("payments.ask_about_open")
async def ask_about_open() -> None:
    """Query payments and refunds without news, since WeChat Pay does not guarantee delivery of notices (4012791903)."""
    now = clock.now()
    payments = (
        await Payment.filter(state__in=rules.LIVE, problem="", next_question_at__lte=now)
        .exclude(method=Method.WECHAT_CODE)
        .order_by("next_question_at")
        .limit(BATCH)
    )
    for payment in payments:
        try:
            await settling.ask(payment.id)
        except PlatformError as error:
            logger.warning("payment_question_failed", payment_id=payment.id, errcode=error.errcode)
    waiting = (
        await Refund.filter(state__in=rules.ASKED_ABOUT, next_question_at__lte=now)
        .order_by("next_question_at")
        .limit(BATCH)
    )
    for refund in waiting:
        try:
            await refunds.ask(refund.id)
        except PlatformError as error:
            logger.warning("refund_question_failed", refund_id=refund.id, errcode=error.errcode)
    for payment in await outside.to_look_at(BATCH):
        try:
            await outside.look_again(payment)
        except PlatformError as error:
            logger.warning("payment_question_failed", payment_id=payment.id, errcode=error.errcode)
    await outside.follow_due(BATCH)
