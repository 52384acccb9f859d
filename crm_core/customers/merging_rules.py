"""What one record takes over from another that turns out to be the same person: pure, from two rows to the changes.

Facts the kept record lacks are filled in. Of every protection the stricter one wins, whoever asked for it: they were
given to a person, and the person is one.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

PLACEHOLDER_NAME: Final = "微信用户"
"""The name of a record until WeCom or the person tells one."""
_FILLED: Final = ("home_store_id", "consultant_id", "advisor_id", "nickname")
"""Fields the kept record takes over when it has none itself."""
_CHOSEN: Final[tuple[tuple[str, Any], ...]] = (
    ("last_visit_on", max),
    ("next_service_due_on", min),
    ("complaint_until", max),
    # The newer refusal ends more consents than the older one.
    ("marketing_stopped_at", max),
)

Facts = Mapping[str, Any]


def changes_of(kept: Facts, merged: Facts) -> dict[str, Any]:
    """The fields of the kept row that change, with their new values. `tags` are lists, not JSON text."""
    wanted = {name: merged[name] for name in _FILLED if kept[name] is None}
    wanted |= {name: choose(known) for name, choose in _CHOSEN if (known := _known(kept[name], merged[name]))}
    wanted |= _phone(kept, merged)
    wanted["tags"] = sorted({*kept["tags"], *merged["tags"]})
    wanted["gone_reason"] = kept["gone_reason"] or merged["gone_reason"]
    if not has_filed_name(kept) and (has_filed_name(merged) or kept["name"] == PLACEHOLDER_NAME):
        wanted["name"] = merged["name"]
    if merged["created_at"] < kept["created_at"]:
        wanted["first_source"] = merged["first_source"]
    return {name: value for name, value in wanted.items() if value != kept[name]}


def has_filed_name(row: Facts) -> bool:
    """Whether somebody filed a name: it is neither the placeholder nor what they call themselves in WeChat."""
    return row["name"] not in (PLACEHOLDER_NAME, row["nickname"])


def tags_apart(now: Sequence[str], before: Sequence[str], after: Sequence[str]) -> list[str]:
    """The tags of a record whose merge is undone: without what the merge brought, with what was put on since."""
    brought = set(after) - set(before)
    return sorted(set(now) - brought)


def _known(*values: Any) -> list[Any]:
    return [value for value in values if value is not None]


def _phone(kept: Facts, merged: Facts) -> dict[str, Any]:
    """The number, when it was verified and whether it can be used belong together.

    Of one number the doubt counts; of two the kept record's own stays, unless only the other one can be used.
    """
    if merged["phone"] is None:
        return {}
    if kept["phone"] == merged["phone"]:
        verified = _known(kept["phone_verified_at"], merged["phone_verified_at"])
        return {
            "phone_verified_at": max(verified, default=None),
            "is_phone_usable": kept["is_phone_usable"] and merged["is_phone_usable"],
        }
    if kept["phone"] is None or (merged["is_phone_usable"] and not kept["is_phone_usable"]):
        return {name: merged[name] for name in ("phone", "phone_verified_at", "is_phone_usable")}
    return {}
