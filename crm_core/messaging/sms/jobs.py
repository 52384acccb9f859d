"""The jobs of SMS: templates are handed in and their review is followed."""

from functools import partial

from crm_core.messaging.sms import templates
from crm_core.messaging.sms.templates import REVIEW, UNDECIDED
from foundation import jobs


@jobs.job(REVIEW, is_hint=True)
async def review_template(*, template_id: int) -> None:
    """Hand one template in, or read its review."""
    await UNDECIDED.attempt(template_id, partial(templates.review, template_id))


@jobs.job("messaging.want_sms_templates")
async def want_templates() -> None:
    """Run each half hour: a message or a store's words may be new."""
    await templates.want_all()
