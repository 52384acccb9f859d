"""Who can be sent a WeCom mass message today, and for everybody else the first reason why not.

One statement for the preview, the freeze and the second look right before sending, so that they never differ. Limits
are those of `crm_core.messaging.contact_rules`; they hold per person over all broadcasts and stores.
"""

from datetime import timedelta
from enum import StrEnum

from campaigns.segments.sql import Parameters
from crm_core.customers.models import Purpose
from crm_core.messaging.contact_rules import DEFAULT_POLICY, ContactPolicy


class Exclusion(StrEnum):
    """Reasons in the order in which they are told: everybody is counted under his first one."""

    NOT_FRIEND = "NOT_FRIEND"
    GONE = "GONE"
    OPTED_OUT = "OPTED_OUT"
    NO_CONSENT = "NO_CONSENT"
    COMPLAINT = "COMPLAINT"
    RECENT_VISIT = "RECENT_VISIT"
    WEEKLY_CAP = "WEEKLY_CAP"
    MONTHLY_CAP = "MONTHLY_CAP"
    STAFF_LEFT = "STAFF_LEFT"
    DUPLICATE = "DUPLICATE"

    @property
    def label(self) -> str:
        """For the plan's page."""
        return _LABELS[self]


_LABELS = {
    Exclusion.NOT_FRIEND: "不是企微好友",
    Exclusion.GONE: "车已卖或报废",
    Exclusion.OPTED_OUT: "已退订",
    Exclusion.NO_CONSENT: "未同意营销",
    Exclusion.COMPLAINT: "投诉处理中",
    Exclusion.RECENT_VISIT: "刚到店",
    Exclusion.WEEKLY_CAP: "7 天内收过",
    Exclusion.MONTHLY_CAP: "30 天满 3 次",
    Exclusion.STAFF_LEFT: "员工离职",
    Exclusion.DUPLICATE: "同一人重复",
}

# The friend who chatted last carries the message (WeCom doc 92135); one who left carries it only when no other is left.
_FRIEND = """
LEFT JOIN LATERAL (
  SELECT f.staff_id, f.external_userid, s.is_active FROM friendship f JOIN staff s ON s.id = f.staff_id
  WHERE f.customer_id = c.id AND f.ended_at IS NULL{only}
  ORDER BY s.is_active DESC, f.last_chatted_at DESC NULLS LAST, f.since DESC, f.id DESC LIMIT 1
) friend ON true
"""


def reach_sql(where: str, to: Parameters, *, through_staff_id: int | None = None, besides_broadcast: int = 0) -> str:
    """A SELECT of `customer_id, staff_id, external_userid, reason` ('' = reachable) for the customers `c` of `where`.

    `through_staff_id` asks about that friend only; contacts by `besides_broadcast` itself do not count.
    """
    only = f" AND f.staff_id = {to.add(through_staff_id, 'bigint')}" if through_staff_id is not None else ""
    # A duplicate is the same name under the same phone; among those who can be reached the one seen last is kept.
    return (
        "SELECT customer_id, staff_id, external_userid, CASE WHEN reason = '' AND phone IS NOT NULL AND row_number() "
        "  OVER (PARTITION BY reason, phone, name ORDER BY last_visit_on DESC NULLS LAST, customer_id) > 1 "
        f"THEN '{Exclusion.DUPLICATE}' ELSE reason END AS reason "
        "FROM (SELECT c.id AS customer_id, friend.staff_id, friend.external_userid, c.last_visit_on, "
        f"  {_reason(to, besides_broadcast)} AS reason, "
        '  c.phone COLLATE "C" AS phone, c.name COLLATE "C" AS name '
        f"FROM customer c {_FRIEND.format(only=only)} WHERE {where}) asked"
    )


def _reason(to: Parameters, besides_broadcast: int, policy: ContactPolicy = DEFAULT_POLICY) -> str:
    today = to.add(to.today, "date")
    visit = to.add(to.today - timedelta(days=policy.visit_days), "date")
    besides = to.add(besides_broadcast, "bigint")

    def contacts(days: int) -> str:
        since = to.add(to.today - timedelta(days=days), "date")
        return (
            "(SELECT count(*) FROM broadcast_recipient r WHERE r.customer_id = c.id "
            f"AND r.contacted_on > {since} AND r.broadcast_id <> {besides})"
        )

    tests = (
        (Exclusion.NOT_FRIEND, "friend.staff_id IS NULL"),
        (Exclusion.GONE, "c.gone_reason <> ''"),
        (Exclusion.OPTED_OUT, "c.marketing_stopped_at IS NOT NULL"),
        (
            Exclusion.NO_CONSENT,
            "NOT EXISTS (SELECT 1 FROM consent k WHERE k.customer_id = c.id AND k.withdrawn_at IS NULL "
            f"AND k.purpose = '{Purpose.MARKETING_WECOM}')",
        ),
        (Exclusion.COMPLAINT, f"c.complaint_until >= {today}"),
        (Exclusion.RECENT_VISIT, f"c.last_visit_on >= {visit}"),
        (Exclusion.WEEKLY_CAP, f"{contacts(policy.weekly_days)} >= {policy.weekly_cap}"),
        (Exclusion.MONTHLY_CAP, f"{contacts(policy.monthly_days)} >= {policy.monthly_cap}"),
        (Exclusion.STAFF_LEFT, "NOT friend.is_active"),
    )
    return f"CASE {' '.join(f'WHEN {test} THEN {reason.value!r}' for reason, test in tests)} ELSE '' END"
