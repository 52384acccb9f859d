"""Publishing a new version of a consent text. Consents that were given keep the version they were given under."""

from datetime import date
from typing import Final

from crm_core.customers.consent_texts.errors import ConsentTextNotFit, ConsentTextOfGroup, ConsentTextUnchanged
from crm_core.customers.consent_texts.models import PublishedConsentText
from crm_core.customers.consent_texts.reading import texts_of_group
from crm_core.customers.consent_texts.rules import problems_of, version_of
from crm_core.customers.models import Purpose
from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, stores_within, subject
from foundation import clock, database
from foundation.errors import StaleVersion

ACTION: Final = "consent_texts.publish"


async def publish(
    actor: Actor,
    purpose: Purpose,
    *,
    title: str,
    text: str,
    effective_on: date,
    reason: str,
    expected_version: int,
) -> PublishedConsentText:
    """Publish what people read for a purpose from `effective_on` on. `expected_version` is the number of texts of this
    purpose that the actor saw.

    Raises:
        NotAllowed: the actor is no officer.
        ConsentTextOfGroup: the actor is the officer of some stores; the text is that of the whole group.
        StaleVersion: somebody published another meanwhile.
        ConsentTextNotFit: the text may not be said so, or would begin before today; the message names every reason.
        ConsentTextUnchanged: it is the newest text already.
    """
    authorise(actor, ACTION, subject())
    if stores_within(actor, ACTION) is not None:
        raise ConsentTextOfGroup
    title, text = title.strip(), text.strip()
    problems = problems_of(title, text)
    if effective_on < clock.today():
        problems.append("生效日期不能早于今天")
    if problems:
        raise ConsentTextNotFit("；".join(problems) + "。")
    async with database.transaction():
        await database.advisory_lock(f"consent_text:{purpose.value}")
        known = [each for each in await texts_of_group() if each.purpose is purpose]
        if len(known) != expected_version:
            raise StaleVersion(current_version=len(known))
        if (known[-1].title, known[-1].text) == (title, text):
            raise ConsentTextUnchanged
        made = await PublishedConsentText.create(
            purpose=purpose,
            version=version_of(effective_on, {each.version for each in known}),
            title=title,
            text=text,
            effective_on=effective_on,
            reason=reason,
            published_by_id=actor.id,
            published_at=clock.now(),
        )
        await audit.note(
            actor,
            ACTION,
            f"consent_text:{purpose.value}",
            reason=reason,
            text_version=made.version,
            was=known[-1].version,
            effective_on=effective_on.isoformat(),
        )
        return made
