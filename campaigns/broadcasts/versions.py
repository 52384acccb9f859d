"""Two versions of what a broadcast says by its first way, drawn by lot, and which of them does better.

Only people who were sent to by the first way are compared, since the others got neither version. The more steps are
looked at, the likelier one differs by chance, so the intervals are wide enough to hold for all steps together
(Bonferroni).
"""

from collections.abc import Sequence
from statistics import NormalDist
from typing import Final

from campaigns.broadcasts.models import RecipientState
from campaigns.broadcasts.rules import STEPS, StepName
from campaigns.lift import Group, measure_lift, points
from foundation.reading import Query, literals, read_model

_CONFIDENCE: Final = 0.95
_COMPARED: Final[tuple[StepName, ...]] = ("opened", "claimed", "booked", "arrived")
"""From the first that a person does to the last, which counts most."""
UNDECIDED: Final = "还看不出哪个版本好，需要更多人或更久"


@read_model
class VersionPart:
    """Those who were sent one version, and what they did."""

    version: str
    words: str
    sent: int
    opened: int
    claimed: int
    booked: int
    arrived: int


@read_model
class VersionDifference:
    """By how much the share of one step is larger with B than with A, with an interval that holds for all steps at
    95 %; null while one of them has reached nobody.
    """

    name: StepName
    label: str
    rate_a: float
    rate_b: float
    difference: float | None
    low: float | None
    high: float | None
    sentence: str


@read_model
class VersionsCompared:
    """Both versions, their differences, and what can be said of them in Chinese."""

    parts: list[VersionPart]
    differences: list[VersionDifference]
    conclusion: str


_PARTS: Final = Query(
    VersionPart,
    f"""
    SELECT CASE WHEN v.is_b THEN 'B' ELSE 'A' END AS version,
      coalesce((SELECT m.text FROM campaign_content m WHERE m.id = v.content_id), '') AS words,
      count(r.id) AS sent, count(r.opened_at) AS opened, count(r.claimed_at) AS claimed, count(r.booked_at) AS booked,
      count(r.arrived_at) FILTER (WHERE r.given_back_at IS NULL) AS arrived
    FROM broadcast c CROSS JOIN LATERAL (VALUES (false, c.content_id), (true, c.content_b_id)) v (is_b, content_id)
    LEFT JOIN broadcast_recipient r ON r.broadcast_id = c.id AND r.way = 0 AND r.is_b = v.is_b
      AND r.state = {literals(RecipientState.SENT)}
    WHERE c.id = $1 AND c.content_b_id IS NOT NULL GROUP BY v.is_b, v.content_id ORDER BY v.is_b
    """,
)


async def compared(broadcast_id: int, *, has_coupon: bool) -> VersionsCompared | None:
    """Both versions of a broadcast; None if it has only one."""
    parts = await _PARTS.all(broadcast_id)
    if not parts:
        return None
    steps = [name for name in _COMPARED if has_coupon or name != "claimed"]
    differences = [difference(name, *parts, looks=len(steps)) for name in steps]
    return VersionsCompared(parts=parts, differences=differences, conclusion=conclusion(differences))


def difference(name: StepName, a: VersionPart, b: VersionPart, *, looks: int) -> VersionDifference:
    """The difference of one step, of `looks` that are looked at."""
    group_a, group_b = Group(a.sent, getattr(a, name)), Group(b.sent, getattr(b, name))
    z = NormalDist().inv_cdf(1 - (1 - _CONFIDENCE) / 2 / looks)
    measured = measure_lift(group_b, group_a, z)
    if measured is None:
        sentence = "还没有两个版本都送达的人"
    elif measured.is_visible:
        sentence = f"版本 {'B' if measured.difference > 0 else 'A'} 更好"
    else:
        sentence = "看不出差别"
    return VersionDifference(
        name=name,
        label=STEPS[name],
        rate_a=group_a.rate,
        rate_b=group_b.rate,
        difference=measured.difference if measured else None,
        low=measured.low if measured else None,
        high=measured.high if measured else None,
        sentence=sentence,
    )


def conclusion(differences: Sequence[VersionDifference]) -> str:
    """The finding about the last step at which the versions differ visibly."""
    for one in reversed(differences):
        if one.difference is None or one.low is None or one.high is None or one.low <= 0 <= one.high:
            continue
        low, high = (points(share).removesuffix(" 个百分点") for share in (one.low, one.high))
        return f"{one.sentence}：{one.label}率 B 比 A {points(one.difference)}（95% 可能在 {low} 到 {high} 之间）"
    return UNDECIDED
