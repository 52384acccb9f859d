"""订阅消息授权: how many notices an owner still allows us per template. One accept in WeChat's pop-up allows one
notice.

WeChat offers no call to ask for the remaining number (documentation page subscribeMessage), so we count. Our count is
too high when the owner has switched a notice off; the platform then answers 43101, which corrects it. It is never below
zero.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from crm_core.customers.models import IdentityKind
from crm_core.wording.catalogue import catalogue
from crm_core.wording.subscribe_keys import subscribe_templates
from foundation import database
from foundation.reading import literals


@dataclass(frozen=True)
class Taken:
    """An allowance that was taken for one message, and the mini-program account (`openid`) that had given it."""

    openid: str


async def grant_allowances(openid: str, choices: Mapping[str, bool]) -> list[str]:
    """Note what an owner accepted (True) or not in the pop-up; keys are the platform's template ids, or our own names.

    Returns the names of what they accepted. Unknown templates are left out.
    """
    accepted = []
    names = {template.template_id: message_id for message_id, template in subscribe_templates().templates.items()}
    async with database.transaction():
        # Rows are always updated in the same order, so that two reports of one owner cannot deadlock.
        for key, is_accepted in sorted(choices.items()):
            template = _name(names.get(key, key))
            if template is None:
                continue
            await database.execute(
                "INSERT INTO subscribe_allowance (openid, template, remaining, always_declines) "
                "VALUES ($1, $2, $3, false) ON CONFLICT (openid, template) DO UPDATE SET "
                "  remaining = subscribe_allowance.remaining + $3, "
                "  always_declines = subscribe_allowance.always_declines AND $3 = 0",
                openid,
                template,
                int(is_accepted),
            )
            if is_accepted:
                accepted.append(template)
    return accepted


async def forget_allowances(openid: str, template_id: str) -> None:
    """Set the allowance to zero, because the owner switched this notice off in WeChat's settings."""
    names = {template.template_id: message_id for message_id, template in subscribe_templates().templates.items()}
    template = _name(names.get(template_id, template_id))
    if template is not None:
        await database.execute(
            "UPDATE subscribe_allowance SET remaining = 0, always_declines = true WHERE openid = $1 AND template = $2",
            openid,
            template,
        )


async def remaining(openid: str) -> dict[str, int]:
    """How many notices the account still allows, by message name; a message that is missing has none left."""
    rows = await database.fetch(
        "SELECT template, remaining FROM subscribe_allowance WHERE openid = $1 AND remaining > 0", openid
    )
    return {row["template"]: row["remaining"] for row in rows}


async def left_of(customer_id: int, template: str) -> int:
    """How many of these notices the customer's mini-program accounts still allow together."""
    found: int = await database.fetch_value(
        "SELECT coalesce(sum(a.remaining), 0)::int FROM subscribe_allowance a JOIN identity i ON i.value = a.openid "
        f"AND i.kind = {literals(IdentityKind.OPENID)} WHERE i.customer_id = $1 AND a.template = $2",
        customer_id,
        template,
    )
    return found


async def take(customer_id: int, template: str) -> Taken | None:
    """Take one allowance of any of the customer's mini-program accounts; None when none is left.

    Concurrent callers wait for each other on the row, so the last allowance is taken only once.
    """
    row = await database.fetch_one(
        "UPDATE subscribe_allowance SET remaining = remaining - 1 WHERE id = ("
        f"  SELECT a.id FROM subscribe_allowance a JOIN identity i ON i.kind = {literals(IdentityKind.OPENID)} "
        f"  AND i.value = a.openid "
        "  WHERE i.customer_id = $1 AND a.template = $2 AND a.remaining > 0 ORDER BY a.id DESC LIMIT 1 FOR UPDATE OF a"
        ") AND remaining > 0 RETURNING openid",
        customer_id,
        template,
    )
    return None if row is None else Taken(row["openid"])


async def give_back(openid: str, template: str) -> None:
    """Return an allowance that was taken but certainly not used."""
    await database.execute(
        "UPDATE subscribe_allowance SET remaining = remaining + 1 WHERE openid = $1 AND template = $2", openid, template
    )


async def correct(openid: str, template: str) -> None:
    """Set the count to zero, because the platform answered that no allowance is left (43101)."""
    await database.execute(
        "UPDATE subscribe_allowance SET remaining = 0 WHERE openid = $1 AND template = $2", openid, template
    )


def _name(key: str) -> str | None:
    found = next((message for message in catalogue() if key in (message.name, message.id)), None)
    return None if found is None else found.name
