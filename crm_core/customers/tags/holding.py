"""Who carries a tag and why, and what WeCom is to be told of it: sets of people, in the caller's transaction.

The caller holds the locks of the customers, in the order of their ids.
"""

from collections.abc import Collection, Sequence
from typing import Final

import orjson

from crm_core.customers import people
from crm_core.customers.tags import rules
from crm_core.customers.tags.errors import TagHeldByRule, TooManyTags
from crm_core.customers.tags.rules import Reason, TagState
from foundation import clock, database
from foundation.owed import Debt
from foundation.reading import literals

TAGS_CHANGE: Final = "corp_tags"
"""The lock under which one tag is made, changed or deleted at a time."""
MARK: Final = "customers.mark_tags"
MARKS_OWED: Final = Debt(
    "tag_mark", open_when="done_at_turn IS NULL", since="since", job=MARK, argument="friendship_id", key="friendship_id"
)
HINTED: Final = 20
"""Pairs of one verb about which WeCom is told at once. Those of a rule may be a hundred thousand: the timetable takes
500 a minute, a twentieth of what WeCom allows (doc 90312)."""
_NOT_GOING: Final = f"t.state <> {literals(TagState.ENDING)}"
_OWE: Final = f"""
INSERT INTO tag_mark (friendship_id, tag_id, is_wanted, since)
SELECT p.friendship_id, p.tag_id, p.is_put, $3 FROM (
  SELECT f.id AS friendship_id, t.id AS tag_id, k.id IS NOT NULL AS is_carried,
    coalesce(k.by_hand OR k.by_rule, false) AS is_put,
    CASE WHEN m.id IS NOT NULL THEN m.is_wanted ELSE f.corp_tags ? t.wecom_id END AS comes
  FROM tag t JOIN friendship f ON f.ended_at IS NULL
  LEFT JOIN customer_tag k ON k.customer_id = f.customer_id AND k.tag_id = t.id
  LEFT JOIN tag_mark m ON m.friendship_id = f.id AND m.tag_id = t.id AND m.done_at_turn IS NULL
  WHERE t.id = ANY($2) AND t.wecom_id IS NOT NULL AND {_NOT_GOING} AND f.customer_id = ANY($1)) p
WHERE (p.is_put AND NOT p.comes) OR (NOT p.is_carried AND p.comes)
ORDER BY p.friendship_id, p.tag_id
ON CONFLICT (friendship_id, tag_id) DO UPDATE SET is_wanted = excluded.is_wanted, since = excluded.since,
  done_at_turn = NULL, next_try_at = NULL, tries = 0, trouble = ''
RETURNING friendship_id
"""
_MISSING: Final = f"""
INSERT INTO tag_mark (friendship_id, tag_id, is_wanted, since)
SELECT f.id, t.id, true, $2
FROM customer_tag k JOIN tag t ON t.id = k.tag_id AND t.wecom_id IS NOT NULL AND {_NOT_GOING}
JOIN friendship f ON f.customer_id = k.customer_id AND f.ended_at IS NULL
JOIN staff s ON s.id = f.staff_id AND ($3::bigint[] IS NULL OR s.store_id = ANY($3))
WHERE (k.by_hand OR k.by_rule) AND NOT f.corp_tags ? t.wecom_id AND ($1::bigint[] IS NULL OR k.customer_id = ANY($1))
ORDER BY f.id, t.id
ON CONFLICT (friendship_id, tag_id)
"""
_OWE_UNSAID: Final = f"{_MISSING} DO NOTHING RETURNING friendship_id"
_OWE_AGAIN: Final = (
    f"{_MISSING} DO UPDATE SET is_wanted = true, since = excluded.since, done_at_turn = NULL, next_try_at = NULL, "
    "tries = 0, trouble = '' WHERE tag_mark.done_at_turn IS NOT NULL RETURNING friendship_id"
)
_RECOMPUTE: Final = """
UPDATE customer c SET tags = n.tags, version = c.version + 1 FROM (
  SELECT p.id, (SELECT coalesce(jsonb_agg(DISTINCT held.name ORDER BY held.name), '[]') FROM (
      SELECT t.name::text FROM customer_tag k JOIN tag t ON t.id = k.tag_id WHERE k.customer_id = p.id
      UNION ALL SELECT word FROM jsonb_array_elements_text(p.tags) word
      WHERE word <> ALL($2::text[]) AND NOT EXISTS (SELECT FROM tag t WHERE t.name = word)) held) AS tags
  FROM customer p WHERE p.id = ANY($1)) n
WHERE c.id = n.id AND c.tags <> n.tags
RETURNING c.id
"""
_TAKE_UP: Final = f"""
INSERT INTO customer_tag (customer_id, tag_id, by_member, since)
SELECT DISTINCT f.customer_id, t.id, true, $2::timestamptz
FROM friendship f CROSS JOIN jsonb_object_keys(f.corp_tags) held JOIN tag t ON t.wecom_id = held AND {_NOT_GOING}
WHERE f.ended_at IS NULL AND ($1::bigint[] IS NULL OR t.id = ANY($1))
  AND NOT EXISTS (SELECT FROM customer_tag k WHERE k.customer_id = f.customer_id AND k.tag_id = t.id)
  AND NOT EXISTS (SELECT FROM tag_mark m WHERE m.friendship_id = f.id AND m.tag_id = t.id
                  AND m.done_at_turn IS NULL AND NOT m.is_wanted)
  AND ($3::bigint[] IS NULL OR EXISTS (SELECT FROM staff s WHERE s.id = f.staff_id AND s.store_id = ANY($3)))
ON CONFLICT DO NOTHING RETURNING customer_id
"""


async def next_turn() -> int:
    """A turn: before WeCom is asked, or after it was told."""
    return int(await database.fetch_value("SELECT nextval('tag_turn')"))


async def put_on(customer_ids: Sequence[int], tag_id: int, reason: Reason) -> int:
    """Have these people carry the tag for this reason; returns for how many it is a new one."""
    new = await database.fetch(
        f"INSERT INTO customer_tag (customer_id, tag_id, {reason}, since) "
        f"SELECT one, t.id, true, $3 FROM (SELECT t.id FROM tag t WHERE t.id = $2 AND {_NOT_GOING} FOR SHARE) t "
        "CROSS JOIN unnest($1::bigint[]) one ORDER BY one "
        f"ON CONFLICT (customer_id, tag_id) DO UPDATE SET {reason} = true WHERE NOT customer_tag.{reason} "
        "RETURNING customer_id",
        list(customer_ids),
        tag_id,
        clock.now(),
    )
    return len(new)


async def take_off(customer_ids: Sequence[int], tag_ids: Sequence[int], reasons: Collection[Reason]) -> None:
    """End these reasons; the tag stays with whoever has another one."""
    others = " OR ".join(reason for reason in Reason if reason not in reasons)
    ended = ", ".join(f"{reason} = false" for reason in reasons)
    whose = "customer_id = ANY($1) AND tag_id = ANY($2)"
    await database.execute(
        f"DELETE FROM customer_tag WHERE {whose} AND NOT ({others})", list(customer_ids), list(tag_ids)
    )
    await database.execute(
        f"UPDATE customer_tag SET {ended} WHERE {whose} AND ({' OR '.join(reasons)})", list(customer_ids), list(tag_ids)
    )


async def recompute(customer_ids: Sequence[int], gone: Sequence[str] = ()) -> list[int]:
    """Write the names on the customers anew; returns whose changed. Words that are no tag stay, except those of `gone`,
    names that a tag no longer has.
    """
    changed = await database.fetch(_RECOMPUTE, list(customer_ids), list(gone))
    return [row["id"] for row in changed]


async def owe(tag_ids: Sequence[int], customer_ids: Sequence[int]) -> int:
    """Note what WeCom is to be told so that it agrees about these tags of these people: on for whoever carries them by
    a hand here or a rule, off for whoever does not carry them. Returns of how many pairs of a member and a friend.
    """
    rows = await database.fetch(_OWE, list(customer_ids), list(tag_ids), clock.now())
    return await _hinted([row["friendship_id"] for row in rows])


async def owe_unsaid(customer_ids: Sequence[int] | None = None) -> int:
    """Note what WeCom was never told: of a new friend, and of whoever got a tag before WeCom had it. Pairs about which
    it was told stay as their member left them.
    """
    whose = None if customer_ids is None else list(customer_ids)
    rows = await database.fetch(_OWE_UNSAID, whose, clock.now(), None)
    return await _hinted([row["friendship_id"] for row in rows])


async def owe_again(stores: Sequence[int] | None) -> int:
    """Note what is carried here and not there, also where a member took it off, for members of these stores."""
    rows = await database.fetch(_OWE_AGAIN, None, clock.now(), None if stores is None else list(stores))
    return await _hinted([row["friendship_id"] for row in rows])


async def _hinted(friendships: list[int]) -> int:
    pairs = sorted(set(friendships))
    if pairs:
        await MARKS_OWED.hint(pairs[:HINTED])
    return len(pairs)


async def take_up(tag_ids: Sequence[int] | None = None, stores: Sequence[int] | None = None) -> list[int]:
    """Have people carry what a member put on in WeCom and nobody told us of; returns who."""
    whose = None if stores is None else list(stores)
    rows = await database.fetch(_TAKE_UP, None if tag_ids is None else list(tag_ids), clock.now(), whose)
    return sorted({row["customer_id"] for row in rows})


async def adopt_words(tag_ids: Sequence[int]) -> None:
    """Whoever had the name of a new tag as a mere word carries the tag by hand."""
    await database.execute(
        "INSERT INTO customer_tag (customer_id, tag_id, by_hand, since) "
        "SELECT DISTINCT ON (c.id, t.name) c.id, t.id, true, $2::timestamptz "
        "FROM customer c CROSS JOIN jsonb_array_elements_text(c.tags) word JOIN tag t ON t.name = word "
        "WHERE t.id = ANY($1) AND NOT EXISTS (SELECT FROM customer_tag k JOIN tag o ON o.id = k.tag_id "
        "  WHERE k.customer_id = c.id AND o.name = word) "
        "ORDER BY c.id, t.name, t.id ON CONFLICT DO NOTHING",
        list(tag_ids),
        clock.now(),
    )


async def set_by_hand(person: people.Person, names: Sequence[str]) -> None:
    """A hand gives this person these tags and no others; a word that is no tag is only written on the record.

    Raises:
        TooManyTags: more than anybody reads.
        TagHeldByRule: one that is missing was put on by a rule.
    """
    if len(set(names)) > max(rules.MOST_OF_A_CUSTOMER, len(person.tags)):
        raise TooManyTags
    added, removed = set(names) - set(person.tags), set(person.tags) - set(names)
    rows = await database.fetch(
        "SELECT t.id, t.name, coalesce(k.by_rule, false) AS by_rule, k.id IS NOT NULL AS is_carried FROM tag t "
        "LEFT JOIN customer_tag k ON k.tag_id = t.id AND k.customer_id = $1 "
        f"WHERE t.name = ANY($2) AND ({_NOT_GOING} OR k.id IS NOT NULL) ORDER BY t.id",
        person.id,
        sorted(added | removed),
    )
    for row in rows:
        if row["name"] in removed and row["by_rule"]:
            raise TagHeldByRule(row["name"])
    off = [row["id"] for row in rows if row["name"] in removed and row["is_carried"]]
    on = {row["name"]: row["id"] for row in reversed(rows) if row["name"] in added}
    await database.execute(
        "UPDATE customer SET tags = $2 WHERE id = $1", person.id, orjson.dumps(sorted(set(names))).decode()
    )
    if off:
        await take_off([person.id], off, (Reason.HAND, Reason.MEMBER))
    for tag_id in on.values():
        await put_on([person.id], tag_id, Reason.HAND)
    if off or on:
        await owe([*off, *on.values()], [person.id])


async def follow_member(
    customer_id: int, friendship_id: int, before: dict[str, str], read: dict[str, str], begun: int | None
) -> list[int]:
    """A reading of one pair that began at turn `begun` (None: after all that was said) says which tags it has; what the
    member changed since the last one is done here too. Returns whose names changed.
    """
    unsaid = await database.fetch(
        "SELECT t.wecom_id FROM tag_mark m JOIN tag t ON t.id = m.tag_id "
        "WHERE m.friendship_id = $1 AND (m.done_at_turn IS NULL OR m.done_at_turn > $2::bigint)",
        friendship_id,
        begun,
    )
    change = rules.member_change(before, read, [row["wecom_id"] for row in unsaid])
    held = {key: read.get(key) or before[key] for key in sorted(change.held)}
    await database.execute(
        "UPDATE friendship SET corp_tags = $2 WHERE id = $1", friendship_id, orjson.dumps(held).decode()
    )
    if not change.given and not change.taken:
        return []
    ids = {
        row["wecom_id"]: row["id"]
        for row in await database.fetch(
            "SELECT id, wecom_id FROM tag WHERE wecom_id = ANY($1)", sorted(change.given | change.taken)
        )
    }
    for key in sorted(change.given & ids.keys()):
        await put_on([customer_id], ids[key], Reason.MEMBER)
    taken = await _not_given_elsewhere(customer_id, friendship_id, sorted(change.taken))
    off = [ids[key] for key in taken if key in ids]
    await take_off([customer_id], off, (Reason.HAND, Reason.MEMBER))
    gone = [before[key] for key in taken]
    changed = await recompute([customer_id], gone)
    await owe(off, [customer_id])
    return changed


async def _not_given_elsewhere(customer_id: int, friendship_id: int, keys: list[str]) -> list[str]:
    """Those of the tags that no other member gave by a hand of their own; where we put them on does not count."""
    rows = await database.fetch(
        "SELECT DISTINCT held AS key FROM friendship f CROSS JOIN jsonb_object_keys(f.corp_tags) held "
        "WHERE f.customer_id = $1 AND f.id <> $2 AND f.ended_at IS NULL AND held = ANY($3) AND NOT EXISTS ("
        "  SELECT FROM tag_mark m JOIN tag t ON t.id = m.tag_id "
        "  WHERE m.friendship_id = f.id AND t.wecom_id = held AND m.is_wanted)",
        customer_id,
        friendship_id,
        keys,
    )
    elsewhere = {row["key"] for row in rows}
    return [key for key in keys if key not in elsewhere]
