"""SMS: a text on the owner's phone, which costs money and needs a template that the platform has approved.

The platform takes an equal call twice and cannot be asked about one, so none is repeated; a report that is pushed later
tells what became of it (`crm_core.messaging.sms.sent`).
"""

from datetime import timedelta
from typing import Final

from crm_core.customers.models import Customer
from crm_core.dealerships import brand
from crm_core.dealerships.origin import keep_demo_data_here
from crm_core.messaging.sms import replies, rules, sent, templates
from crm_core.messaging.sms.models import SmsTemplateState
from crm_core.messaging.ways import (
    Addressee,
    Channel,
    Closed,
    Later,
    NotTaken,
    Open,
    Outgoing,
    Receipt,
    Receiver,
    Unanswered,
    way_out,
)
from crm_core.wording.catalogue import ChannelFile, catalogue
from crm_core.wording.facts import MessageProblem
from crm_core.wording.rendering import render_values
from foundation import clock
from foundation.errors import OutcomeUnknown, PlatformError, Refused
from foundation.settings import get_settings
from integrations.sms import Advice, NumberResult, SmsError, Words, sms_client

_ABROAD: Final = "+"
_MEANT: Final = {
    Advice.FIX_WORDS: "短信的模板或签名没有被接受",
    Advice.OPERATOR: "短信账户要处理",
}


@way_out
class ShortMessage(Channel):
    """An SMS."""

    name = templates.WAY
    label = "短信"
    reaches = Receiver.CUSTOMER
    file = ChannelFile.SMS
    cost_fen = 5
    unanswered = Unanswered(is_reported_within=timedelta(days=1))
    """Carriers report within minutes, at the latest when the phone is switched on."""

    @property
    def is_set_up(self) -> bool:
        """Where there is no account, a message goes on as if this way were not in its chain."""
        return get_settings().sms.is_set_up

    async def open(self, to: Addressee) -> Open | Closed | Later:
        """By day, to a number that takes SMS, in words the platform has approved."""
        assert to.customer_id is not None
        customer = await Customer.get(id=to.customer_id)
        phone = customer.phone or ""
        if not phone or phone.startswith(_ABROAD) or not customer.is_phone_usable:
            return Closed("没有能收短信的手机号")
        if await replies.is_blocked(phone):
            return Closed("这个号码不收短信")
        template = await templates.template_of(catalogue().message(to.template))
        if template is None or template.state is not SmsTemplateState.USABLE:
            is_refused = template is not None and template.state is SmsTemplateState.REFUSED
            return Closed("短信模板没有通过审核" if is_refused else "短信模板还在审核")
        if (opens_at := rules.opens(clock.now())) is not None:
            return Later(opens_at)
        await sent.begin(to.message_id, to.customer_id, template.id, phone)
        return Open(phone)

    async def give_back(self, message: Outgoing) -> None:
        """Nothing was sent."""
        await sent.take_back(message.id)

    async def send(self, message: Outgoing) -> Receipt:
        """Send it."""
        try:
            result = await _sent(message)
        except (MessageProblem, Refused):
            await sent.take_back(message.id)
            raise
        return Receipt(result.serial)

    async def refused(
        self, message: Outgoing, error: PlatformError, *, may_have_arrived: bool
    ) -> Receipt | Closed | NotTaken:
        """A number that is refused for good gets no more; words that are refused are looked at again."""
        called = await sent.calling(message.id)
        await sent.take_back(message.id)
        if not isinstance(error, SmsError):
            return await super().refused(message, error, may_have_arrived=may_have_arrived)
        advice = error.advice
        if advice is Advice.STOP_NUMBER:
            await replies.block(message.address, error.platform_code[:60])
            return Closed("这个号码不收短信")
        if advice is Advice.FIX_WORDS:
            await templates.doubt(called.template_id)
        return NotTaken(f"{_MEANT.get(advice, '短信平台没有接受')}（{error.platform_code}）"[:80])


async def _sent(message: Outgoing) -> NumberResult:
    client = sms_client()
    if client is None:
        raise Refused("没有接短信。")
    called = await sent.calling(message.id)
    called_as = await brand.current()
    values = render_values(
        message.template,
        message.facts,
        channel=ChannelFile.SMS,
        brand=called_as,
        about=message.about,
        variant=message.variant or None,
    )
    await keep_demo_data_here(get_settings().sms.base_url)
    # The first value is the signature, which the platform puts in front by itself.
    wanted = Words(called.platform_id, called_as.sms_signature, values[1:])
    (result,) = await client.send([message.address], wanted, context=f"sms-{called.id}")
    if result.advice is Advice.UNKNOWN:
        raise OutcomeUnknown("sms", "SendSms")
    if result.advice is not Advice.TAKEN:
        raise SmsError(result.code)
    await sent.taken(called, result)
    return result
