"""When what is sent to many goes out: the next moment at which messages may, and the end of such a day."""

from datetime import date, datetime, timedelta

from crm_core.contact.rules import ContactPolicy, ContactRules, may_send_at
from foundation import wall_clock


def next_message_time(at: datetime, rules: ContactRules) -> datetime:
    """This moment, or the next within the hours for messages."""
    while not may_send_at(at, rules):
        at = _next_opening(at, rules.policy)
    return at


def last_message_time(day: date, policy: ContactPolicy) -> datetime:
    """When the hours for messages end on a day."""
    closes = policy.message_windows[-1][1]
    return wall_clock.at(day, closes.hour, closes.minute)


def _next_opening(after: datetime, policy: ContactPolicy) -> datetime:
    today: date = wall_clock.local(after).date()
    for day in (today, today + timedelta(days=1)):
        for opens, _ in policy.message_windows:
            if (at := wall_clock.at(day, opens.hour, opens.minute)) > after:
                return at
    raise AssertionError("every day has sending hours")
