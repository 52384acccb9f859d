"""Every notice with its frame, the words that hold in the group and each store, and what became of them."""

from collections import defaultdict
from datetime import datetime
from typing import Final

from crm_core.dealerships.actors import Actor
from crm_core.dealerships.permissions import authorise, is_allowed, stores_within, subject
from crm_core.wording import current
from crm_core.wording.catalogue import MessageTemplate, SubscribeSpec, catalogue
from crm_core.wording.changing import ACTION, authorise_place, find, problems_of
from crm_core.wording.parts import Part, WordsRefused, parts_of, reworded
from crm_core.wording.preview import CHANNELS, Look, shown_cases
from foundation import clock
from foundation.reading import Query, read_model

_GROUP: Final = "集团"


@read_model
class WordingPlace:
    """The words that hold in the group (`store_id` null) or in a store that has or had words of its own."""

    store_id: int | None
    store: str
    words: str
    is_own: bool
    version: int
    may_change: bool


@read_model
class WordingLine:
    """A change; `words` is null where the place went back to the words above it."""

    id: int
    store_id: int | None
    store: str
    words: str | None
    changed_by: str
    changed_at: datetime
    reason: str


@read_model
class Wording:
    """A part of a notice: when it is sent, how it may be worded, and its words in every place."""

    message: str
    part: str
    id: str
    title: str
    when: str
    to_customers: bool
    channel: str
    name: str
    variant: str
    shipped: str
    limit: str
    may_break: bool
    values: list[str]
    """What the words have to contain, each once and in braces."""
    places: list[WordingPlace]
    history: list[WordingLine]
    """The newest first."""


@read_model
class ShownNotice:
    """A notice in one case, such as its example or its longest values."""

    label: str
    look: Look


@read_model
class WordingPreview:
    """What certain words would look like, and what forbids them."""

    problems: list[str]
    shown: list[ShownNotice]


@read_model
class _Change:
    id: int
    message: str
    part: str
    store_id: int | None
    store: str | None
    words: str | None
    changed_by: str
    changed_at: datetime
    reason: str


_CHANGES: Final = Query(
    _Change,
    """
    SELECT w.id, w.message, w.part, w.store_id, s.short_name AS store, w.words, c.name AS changed_by, w.changed_at,
           w.reason
    FROM wording_change w JOIN staff c ON c.id = w.changed_by_id LEFT JOIN store s ON s.id = w.store_id
    WHERE w.store_id IS NULL OR $1::bigint[] IS NULL OR w.store_id = ANY($1)
    ORDER BY w.changed_at DESC, w.id DESC
    """,
)


async def wordings_of_reader(actor: Actor) -> list[Wording]:
    """Every part that may be worded, with the words of the group and of those stores that the reader reaches."""
    authorise(actor, ACTION, subject())
    reached = stores_within(actor, ACTION)
    rows: dict[tuple[str, str], list[_Change]] = defaultdict(list)
    for row in await _CHANGES.all(None if reached is None else sorted(reached)):
        rows[row.message, row.part].append(row)
    words = await current.read_wordings()
    return [
        _wording(actor, message, part, rows[message.name, part.key], words)
        for message in catalogue()
        for part in parts_of(message).values()
    ]


async def wording_of_reader(actor: Actor, message: str, part: str) -> Wording:
    """One part.

    Raises:
        WordingNotFound.
    """
    find(message, part)
    return next(each for each in await wordings_of_reader(actor) if (each.message, each.part) == (message, part))


async def preview_words(actor: Actor, message: str, part: str, words: str, *, store_id: int | None) -> WordingPreview:
    """How these words would look in a store or the group, with example and longest values, and what forbids them.

    Raises:
        NotAllowed, WordingIsTheGroups, WordingNotFound.
    """
    await authorise_place(actor, store_id)
    found, of = find(message, part)
    others = (await current.read_wordings()).at(found.name, store_id, clock.now())
    problems = problems_of(found, others, part, words)
    try:
        shown = reworded(found, {part: words})
    except WordsRefused:
        return WordingPreview(problems, [])
    return WordingPreview(
        problems,
        [
            ShownNotice(case.case, case.look)
            for case in shown_cases(shown)
            if case.channel == CHANNELS[of.channel] and of.variant in (None, case.variant)
        ],
    )


def _wording(
    actor: Actor, message: MessageTemplate, part: Part, rows: list[_Change], words: current.Wordings
) -> Wording:
    stores = {row.store_id: row.store or _GROUP for row in rows if row.store_id is not None}
    places: list[tuple[int | None, str]] = [(None, _GROUP), *sorted(stores.items())]
    return Wording(
        message=message.name,
        part=part.key,
        id=message.id,
        title=_title(message),
        when=message.meta.when,
        to_customers=bool({"owner", "customer"} & set(message.meta.to)),
        channel=CHANNELS[part.channel],
        name=part.name,
        variant=_variant(message, part),
        shipped=part.shipped_words,
        limit=part.limit,
        may_break=part.may_break,
        values=list(part.values),
        places=[_place(actor, message, part, store_id, name, rows, words) for store_id, name in places],
        history=[
            WordingLine(
                row.id, row.store_id, row.store or _GROUP, row.words, row.changed_by, row.changed_at, row.reason
            )
            for row in rows
        ],
    )


def _place(
    actor: Actor,
    message: MessageTemplate,
    part: Part,
    store_id: int | None,
    store: str,
    rows: list[_Change],
    words: current.Wordings,
) -> WordingPlace:
    own = [row for row in rows if row.store_id == store_id]
    may = is_allowed(actor, ACTION, subject(store_id=store_id))
    return WordingPlace(
        store_id=store_id,
        store=store,
        words=words.at(message.name, store_id, clock.now()).get(part.key, part.shipped_words),
        is_own=bool(own) and own[0].words is not None,
        version=len(own),
        may_change=may and (store_id is not None or stores_within(actor, ACTION) is None),
    )


def _title(message: MessageTemplate) -> str:
    titles = [spec.title for spec in message.channels.values() if isinstance(spec, SubscribeSpec)]
    return titles[0] if titles else message.meta.when


def _variant(message: MessageTemplate, part: Part) -> str:
    """What tells this text from those of the other variants: the state its notice names, else its shipped words."""
    if part.variant is None:
        return ""
    for spec in message.channels.values():
        if isinstance(spec, SubscribeSpec):
            states = [field.value for field in spec.fields if field.key_type == "phrase"]
            if states and isinstance(states[0], dict):
                return states[0].get(part.variant, "")
    needed = message.meta.variants[part.variant]
    return "、".join(f"有{message.vocabulary[name].word}" for name in needed)
