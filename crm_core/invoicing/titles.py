"""The titles that an owner stores, so that a company's tax number has to be typed only once."""

from dataclasses import asdict

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, owners_own
from crm_core.invoicing import rules
from crm_core.invoicing.errors import TitleNotAccepted, TitleNotFound, TooManyTitles
from crm_core.invoicing.models import InvoiceTitle
from crm_core.invoicing.rules import InvoiceKind, Title
from foundation import clock, database


def tidy(title: Title, kind: InvoiceKind) -> Title:
    """The title as it is stored and printed.

    Raises:
        TitleNotAccepted: no invoice of this kind can be made out to it; the sentence says why.
    """
    tidied = Title(**asdict(title) | {"tax_number": rules.tidy_tax_number(title.tax_number)})
    refusal = rules.title_refusal(tidied, kind)
    if refusal is not None:
        raise TitleNotAccepted(refusal)
    return tidied


async def keep(actor: Actor, title: Title) -> InvoiceTitle:
    """Store a title, or update a stored one with the same kind, name and tax number.

    Raises:
        TitleNotAccepted, TooManyTitles.
    """
    authorise(actor, "invoices.ask", owners_own(actor.id))
    tidied = tidy(title, InvoiceKind.NORMAL)
    async with database.transaction():
        await database.advisory_lock(f"invoice_titles:{actor.id}")
        had = await InvoiceTitle.get_or_none(
            customer_id=actor.id, kind=tidied.kind, name=tidied.name, tax_number=tidied.tax_number
        )
        if had is None:
            if await InvoiceTitle.filter(customer_id=actor.id).count() >= rules.MOST_TITLES:
                raise TooManyTitles
            return await InvoiceTitle.create(customer_id=actor.id, used_at=clock.now(), **asdict(tidied))
        had.update_from_dict(asdict(tidied) | {"used_at": clock.now()})
        await had.save()
        return had


async def forget(actor: Actor, title_id: int) -> None:
    """Delete a stored title; requests keep their copies.

    Raises:
        TitleNotFound: there is none, or it is another owner's.
    """
    title = await InvoiceTitle.get_or_none(id=title_id)
    if title is None:
        raise TitleNotFound
    authorise(actor, "invoices.ask", owners_own(title.customer_id))
    await title.delete()
