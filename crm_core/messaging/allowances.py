"""订阅消息授权: how often an owner still lets us write, per template. One accept in the pop-up is one message.

WeChat has no call to ask for the remaining number (page subscribeMessage), so we count; the count can be too high when
the owner switches a notice off, and the platform's 43101 then corrects it. It is never below zero.
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
    """One allowance that now belongs to one message."""

    openid: str


async def grant_allowances(openid: str, choices: Mapping[str, bool]) -> list[str]:
    """Note what an owner accepted (True) or not in the pop-up; keys are the platform's template ids, or our own names.

    Returns the names of what they accepted. Unknown templates are left out.
    """
    accepted = []
    names = {template.template_id: message_id for message_id, template in subscribe_templates().templates.items()}
    async with database.transaction():
        # One order for all, so that two reports of one owner cannot block each other.
        for key, is_accepted in sorted(choices.items()):
            template = _name(names.get(key, key))
            if template is None:
                continue
            await database.execute(
                "INSERT INTO subscribe_allowance (openid, template, remaining, always_rejects) "
                "VALUES ($1, $2, $3, false) ON CONFLICT (openid, template) DO UPDATE SET "
                "  remaining = subscribe_allowance.remaining + $3, "
                "  always_rejects = subscribe_allowance.always_rejects AND $3 = 0",
                openid,
                template,
                int(is_accepted),
            )
            if is_accepted:
                accepted.append(template)
    return accepted


async def forget_allowances(openid: str, template_id: str) -> None:
    """The owner switched a notice off in WeChat's settings: nothing is left of what they had accepted."""
    names = {template.template_id: message_id for message_id, template in subscribe_templates().templates.items()}
    template = _name(names.get(template_id, template_id))
    if template is not None:
        await database.execute(
            "UPDATE subscribe_allowance SET remaining = 0, always_rejects = true WHERE openid = $1 AND template = $2",
            openid,
            template,
        )


async def remaining(openid: str) -> dict[str, int]:
    """How many messages are left, by message name; what is absent has none."""
    rows = await database.fetch(
        "SELECT template, remaining FROM subscribe_allowance WHERE openid = $1 AND remaining > 0", openid
    )
    return {row["template"]: row["remaining"] for row in rows}


async def take(customer_id: int, template: str) -> Taken | None:
    """Use one allowance of any of their mini-program accounts; None when none is left.

    Fifty takers of one last allowance wait for each other on its row, and one gets it.
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
    """Return one allowance that certainly was not used."""
    await database.execute(
        "UPDATE subscribe_allowance SET remaining = remaining + 1 WHERE openid = $1 AND template = $2", openid, template
    )


async def correct(openid: str, template: str) -> None:
    """The platform says none is left (43101): believe it."""
    await database.execute(
        "UPDATE subscribe_allowance SET remaining = 0 WHERE openid = $1 AND template = $2", openid, template
    )


def _name(key: str) -> str | None:
    found = next((message for message in catalogue() if key in (message.name, message.id)), None)
    return None if found is None else found.name
