"""Wording a part of a notice for the group or one store, and going back to the words above it."""

from typing import Final

from crm_core.dealerships import audit
from crm_core.dealerships.actors import Actor
from crm_core.dealerships.models import Store
from crm_core.dealerships.permissions import authorise, stores_within, subject
from crm_core.wording import current
from crm_core.wording.catalogue import MessageTemplate, catalogue
from crm_core.wording.errors import WordingIsTheGroups, WordingNotFound, WordingRefused, WordingUnchanged
from crm_core.wording.models import WordingChange
from crm_core.wording.parts import Part, WordsRefused, parts_of, reworded
from crm_core.wording.proofreading import proofread
from foundation import clock, database
from foundation.errors import StaleVersion

ACTION: Final = "messages.word"


async def word_part(
    actor: Actor,
    message: str,
    part: str,
    words: str | None,
    *,
    store_id: int | None,
    reason: str,
    expected_version: int,
) -> WordingChange:
    """Set the words of a notice's part for a store, or for the group if `store_id` is None; they hold at once.

    None ends the place's own words: the store follows the group again, the group the shipped text. `expected_version`
    is the number of changes of this part in this place that the actor saw in `wordings`.

    Raises:
        NotAllowed, WordingIsTheGroups, WordingNotFound, WordingRefused, WordingUnchanged, StaleVersion.
    """
    async with database.transaction():
        await authorise_place(actor, store_id)
        found, _ = find(message, part)
        await database.advisory_lock(f"wording:{found.name}")
        now = clock.now()
        earlier = await WordingChange.filter(message=found.name, part=part, store_id=store_id).order_by("number")
        version = len(earlier)
        if version != expected_version:
            raise StaleVersion(current_version=version)
        was = earlier[-1].words if earlier else None
        words = None if words is None else words.strip()
        if words == was:
            raise WordingUnchanged
        if words is not None:
            problems = problems_of(found, (await current.read_wordings()).at(found.name, store_id, now), part, words)
            if problems:
                raise WordingRefused("；".join(problems))
        made = await WordingChange.create(
            message=found.name,
            part=part,
            store_id=store_id,
            number=version + 1,
            words=words,
            reason=reason,
            changed_by_id=actor.id,
            changed_at=now,
        )
        await audit.note(
            actor, ACTION, f"wording:{found.name}.{part}", reason=reason, store_id=store_id, words=words, was=was
        )
        database.after_commit(_forget)
        return made


def find(message: str, part: str) -> tuple[MessageTemplate, Part]:
    """A message by its folder, and a part of it.

    Raises:
        WordingNotFound.
    """
    found = catalogue().messages.get(message)
    parts = {} if found is None else parts_of(found)
    if found is None or part not in parts:
        raise WordingNotFound
    return found, parts[part]


async def authorise_place(actor: Actor, store_id: int | None) -> None:
    """Ask whether the actor may word notices for this store, or for the group.

    Raises:
        NotAllowed, WordingIsTheGroups, WordingNotFound.
    """
    authorise(actor, ACTION, subject(store_id=store_id))
    if store_id is None:
        if stores_within(actor, ACTION) is not None:
            raise WordingIsTheGroups
    elif not await Store.exists(id=store_id):
        raise WordingNotFound


def problems_of(message: MessageTemplate, others: dict[str, str], part: str, words: str) -> list[str]:
    """What forbids these words, in Chinese; found by the proofreading of the shipped texts. Pure."""
    try:
        parts_of(message)[part].template(words)
        # What an upgrade made unfit in another part is not this writer's fault, and is not said anyway.
        kept = {key: each for key, each in others.items() if not _unfit(message, key, each)}
        return proofread(reworded(message, kept | {part: words}))
    except WordsRefused as wrong:
        return [str(wrong)]


def _unfit(message: MessageTemplate, part: str, words: str) -> bool:
    return current.sayable(message, {part: words}) is message


async def _forget() -> None:
    current.forget()
