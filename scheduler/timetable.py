"""Everything that runs by the clock, on one page.

A line names a job, an APScheduler trigger read in Shanghai time, and what catch-up means after a pause or a jump of the
demo's clock: `once` runs it a single time for all the moments missed, `each` runs it for every one of them. Due work is
found in the database by the job itself; a line only says when to look.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from apscheduler.triggers.base import BaseTrigger
from apscheduler.triggers.cron import CronTrigger

from foundation.clock import SHANGHAI

CatchUp = Literal["once", "each"]


@dataclass(frozen=True)
class Line:
    """One line of the timetable."""

    job: str
    trigger: BaseTrigger
    catch_up: CatchUp
    why: str

    def next_after(self, moment: datetime) -> datetime | None:
        """The first due time strictly after `moment`."""
        due: datetime | None = self.trigger.get_next_fire_time(moment, moment)
        if due is not None and due <= moment:
            due = self.trigger.get_next_fire_time(due, moment)
        return due


def _every_seconds(step: int) -> CronTrigger:
    return CronTrigger(second=f"*/{step}", timezone=SHANGHAI)


def _every_minute() -> CronTrigger:
    return CronTrigger(second=0, timezone=SHANGHAI)


def _every_minutes(step: int) -> CronTrigger:
    return CronTrigger(minute=f"*/{step}", second=0, timezone=SHANGHAI)


def _daily(hour: int, minute: int = 0) -> CronTrigger:
    return CronTrigger(hour=hour, minute=minute, second=0, timezone=SHANGHAI)


TIMETABLE: tuple[Line, ...] = (
    Line("owed.sweep", _every_minute(), "once", "what a platform owes us or we owe it, whose next try is due"),
    Line("messaging.sweep", _every_minute(), "once", "an outcome nobody reported"),
    Line(
        "messaging.want_sms_templates", _every_minutes(30), "once", "texts of SMS that the platform has yet to review"
    ),
    Line("messaging.refresh_pictures", _every_minutes(30), "once", "media ids live three days, a welcome 20 seconds"),
    Line("privacy.remind_officers", _daily(9), "once", "requests about personal data that are due within three days"),
    Line("privacy.erase_due", _every_minutes(10), "once", "deletions agreed to three days ago, or due by today"),
    Line("documents.clear_old", _daily(3, 45), "once", "reprints after a week, documents whose six years are over"),
    Line("exports.end_old", _every_minutes(5), "once", "lists as files: their day is over"),
    Line("privacy.clean", _daily(3, 40), "once", "what is kept no longer than its purpose or a law demands"),
    Line("audit.check", _daily(2, 30), "once", "whether the chain of the audit log is whole; on Sundays all of it"),
    Line("messaging.purge_pushes", _daily(3, 15), "once", "pushes of the mini-program name people; thirty days"),
    Line("foundation.forget_old", _daily(3, 20), "once", "answers to repeated requests, and the ticks of this page"),
    Line("dealerships.forget_ended_sessions", _daily(3, 25), "once", "who used what when, a month after it ended"),
    Line("webhooks.forget_old", _daily(3, 35), "once", "what other programs were told; a month, for replays"),
    Line("imports.forget_files", _daily(3, 30), "once", "files dealers brought hold personal data; a week"),
    Line("media.take_over_earlier_files", _daily(4), "once", "photos an earlier version kept with their positions"),
    Line("bot.ask_about_unknown_members", _every_minutes(30), "once", "friends of members nobody told us about"),
    Line("dealerships.ask_for_address_book", _daily(4, 10), "once", "members and departments nobody told us about"),
    Line("customers.ask_for_friends", _daily(2), "once", "friends added, lost or renamed while nobody told us"),
    Line("customers.ask_for_corp_tags", _daily(4, 20), "once", "corp tags renamed or deleted while nobody told us"),
    Line("customers.ask_for_groups", _daily(4, 30), "once", "customer groups that changed while nobody told us"),
    Line("bot.purge_inbox", _daily(3, 10), "once", "callbacks name people and are kept for thirty days"),
    Line("appointments.expire_unconfirmed", _every_minutes(5), "once", "a booking nobody confirmed two hours before"),
    Line("promised_times.release_holds", _every_minute(), "once", "a time held for ten minutes and not booked"),
    Line("appointments.mark_no_shows", _every_minutes(5), "once", "thirty minutes after the slot ended"),
    Line("appointments.end_unserved", _daily(0, 5), "once", "a car that came yesterday and was never taken in"),
    Line("appointments.hold_parts_ahead", _daily(0, 20), "once", "bookings now so near that what lies here is theirs"),
    Line("repair_orders.expire_additional_work", _every_minute(), "once", "增项 nobody answered for half an hour"),
    Line("repair_orders.warn_of_promises", _every_minute(), "once", "promised within half an hour and not ready"),
    Line("repair_orders.move_promises", _every_minute(), "once", "promised in ten minutes, and a job is over its time"),
    Line("repair_orders.serve_freed_stock", _every_minute(), "once", "pieces that became free for cars that wait"),
    Line(
        "repair_orders.count_three_guarantees", _every_minutes(30), "once", "三包: repairs that near the law's limits"
    ),
    Line("repair_orders.close_delivered", _daily(3), "once", "a week after the car was handed over"),
    Line("repair_orders.let_spending_age", _daily(1, 10), "once", "visits that are older than 24 months since today"),
    Line("payments.follow_codes", _every_seconds(5), "once", "a code scanned at the desk: is it paid? reverse it"),
    Line("payments.ask_about_open", _every_minute(), "once", "no notice came: ask WeChat Pay, close what ran out"),
    Line("reconciliation.open_days", _daily(10, 5), "once", "yesterday's statement by WeChat Pay is there at ten"),
    Line("authorised_persons.end_past", _daily(0, 2), "once", "last days that were yesterday, invitations unanswered"),
    Line("tasks.open_due", _daily(2), "once", "招徕: what has become due, for people to contact owners about"),
    Line("tasks.keep", _every_minutes(10), "once", "tasks whose reason is gone, or which nobody has"),
    Line("tasks.tell_lists", _daily(9), "once", "the card of the morning: whom to contact today"),
    Line("due_dates.recount", _every_minute(), "once", "cars of which something changed: when they are due"),
    Line("due_dates.roll_on", _daily(1, 30), "once", "inspections nobody recorded, long past: the next one"),
    Line("waking.recount", _daily(2, 40), "once", "唤醒池: every owner's state, value and paths, and whose turn it is"),
    Line("waking.follow", _every_minutes(10), "once", "唤醒循环: what was sent, what came of it, who left"),
    Line("waking.notice", _daily(10), "once", "owners whose turn it is to hear that a service is due"),
    Line("tag_rules.run_all", _daily(3, 5), "once", "标签: who is in a segment that carries a tag, as of today"),
    Line("coupons.expire", _daily(0, 1), "once", "coupons end at 23:59:59 Shanghai; lapsed booking locks"),
    Line("coupons.remind", _daily(10), "once", "seven, three and one day before a coupon ends"),
    Line("coupon_checks.look", _every_minutes(30), "once", "coupons that look as if somebody farms them"),
    Line("coupons.give_after_visits", _daily(8, 30), "once", "coupons given some days after a paid visit"),
    Line("coupons.give_birthdays", _daily(8, 35), "once", "coupons given to owners on their birthday"),
    Line("coupons.watch_budgets", _every_minutes(5), "once", "templates whose budget bears no other coupon"),
    Line("repair_orders.auto_confirm_hand_overs", _every_minutes(10), "once", "two days after a forgotten car left"),
    Line("surveys.send", _every_minutes(10), "once", "a day after the hand-over, in waking hours"),
    Line("surveys.expire", _daily(0, 5), "once", "seven days after the invitation"),
    Line("invoicing.remind", _every_minutes(10), "once", "an invoice that was to be issued by now: who leads the desk"),
    Line("monthly_accounts.close_months", _daily(0, 10), "once", "account months whose closing day is over"),
    Line("monthly_accounts.remind", _daily(9), "once", "account months that are overdue"),
    Line("receivables.remind", _daily(9), "once", "what makers, insurers or the house owe and is late"),
    Line("bill_disputes.remind", _every_minutes(5), "once", "a disputed line nobody answered in time"),
    Line("surveys.tell_of_late_complaints", _every_minutes(5), "once", "a promised time of a complaint that passed"),
    Line("surveys.escalate_complaints", _every_minutes(10), "once", "a complaint unresolved for a day: its manager"),
    Line("approvals.follow_up", _every_minutes(5), "once", "asked a day ago: remind; two: the next manager, or over"),
    Line("contact_ways.ask_for_quota", _daily(4, 40), "once", "获客链接: what is left of the quota, and who came"),
    Line("contact_ways.move_on", _every_minutes(5), "once", "渠道活码 of several people: who is on shift now"),
    Line("standing_plans.give_coupons", _every_minutes(5), "once", "the coupons of plans, for those they reached"),
    Line("standing_plans.run_due", _every_minute(), "once", "定期计划: the newest due moment of each, once"),
    Line("campaigns.start_due", _every_minute(), "once", "a scheduled broadcast whose time has come"),
    Line("campaigns.fall_due", _every_minute(), "once", "people whom their way of a broadcast did not reach"),
    Line("campaigns.watch_running", _every_minutes(5), "once", "the stop lines"),
    Line("campaigns.finish_due", _every_minutes(5), "once", "broadcasts whose days are over"),
    Line("loan_cars.remind", _every_minutes(5), "once", "a loan car that is due back soon: its borrower"),
    Line("valet.tell_of_late", _every_minutes(5), "once", "a driver who is not there in the window: the desk"),
    Line("appointments.remind", _every_minutes(5), "once", "the evening before, or two hours before"),
)
