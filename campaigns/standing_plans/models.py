"""Tables of standing plans and of their runs."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.migrations.constraints import CheckConstraint, UniqueConstraint

from campaigns.standing_plans.rules import Happening, OnHoliday, PlanRunState, PlanState, Rhythm, Timing, time_of
from foundation.keys import Key
from foundation.table import Table


class StandingPlan(Table):
    """定期计划."""

    id = fields.BigIntField(primary_key=True)
    name = fields.CharField(max_length=20)
    pattern_id: int = Key("broadcast")
    """The broadcast that is repeated."""
    store_ids: list[int] | None = fields.JSONField(null=True)
    """Those of the pattern; null means the whole group."""
    rhythm = fields.CharEnumField(Rhythm, max_length=8)
    at_minute = fields.SmallIntField()
    """Minutes since midnight in Shanghai."""
    weekday = fields.SmallIntField(null=True)
    month_day = fields.SmallIntField(null=True)
    happening = fields.CharEnumField(Happening, max_length=12, null=True)
    days_after = fields.SmallIntField(null=True)
    on_holiday = fields.CharEnumField(OnHoliday, max_length=5)
    ends_on = fields.DateField(null=True)
    """The last day on which it is due."""
    budget_fen = fields.BigIntField()
    """The most that one run may be expected to cost."""
    gift_template_id: int | None = Key("coupon_template", null=True)
    """The coupon it gives to each person it reaches; none if it gives none."""
    state = fields.CharEnumField(PlanState, max_length=8)
    content_hash = fields.CharField(max_length=64)
    """Of the pattern, the rule and the budget."""
    approved_hash = fields.CharField(max_length=64, default="")
    approved_by: int | None = Key("staff", null=True)
    author_id: int = Key("staff")
    next_due_at = fields.DatetimeField(null=True)
    """Only while it is active."""
    created_at = fields.DatetimeField()
    version = fields.IntField(default=1)

    @property
    def timing(self) -> Timing:
        """Its rule."""
        return Timing(
            rhythm=self.rhythm,
            at=time_of(self.at_minute),
            weekday=self.weekday,
            month_day=self.month_day,
            happening=self.happening,
            days_after=self.days_after,
            on_holiday=self.on_holiday,
        )

    class Meta:
        table = "standing_plan"
        indexes = (
            Index(fields=("next_due_at",)),
            Index(fields=("pattern_id",)),
            Index(fields=("author_id",)),
            Index(fields=("gift_template_id",)),
        )
        constraints = (
            CheckConstraint(check="name <> ''", name="standing_plan_has_a_name"),
            CheckConstraint(check="at_minute BETWEEN 0 AND 1439", name="standing_plan_at"),
            CheckConstraint(check="budget_fen >= 0", name="standing_plan_budget"),
            CheckConstraint(check="approved_by <> author_id", name="standing_plan_four_eyes"),
            CheckConstraint(
                check="(rhythm = 'WEEKLY') = (weekday IS NOT NULL) AND (rhythm = 'MONTHLY') = (month_day IS NOT NULL) "
                "AND (rhythm = 'AFTER') = (happening IS NOT NULL AND days_after IS NOT NULL)",
                name="standing_plan_rule",
            ),
            CheckConstraint(
                check="state NOT IN ('ACTIVE', 'PAUSED') OR (approved_hash = content_hash AND approved_by IS NOT NULL)",
                name="standing_plan_approved_as_it_is",
            ),
            CheckConstraint(check="next_due_at IS NULL OR state = 'ACTIVE'", name="standing_plan_due_while_active"),
        )


class StandingRun(Table):
    """What became of one due moment of a plan. Rows never change."""

    id = fields.BigIntField(primary_key=True)
    standing_plan_id: int = Key("standing_plan")
    due_at = fields.DatetimeField()
    state = fields.CharEnumField(PlanRunState, max_length=8)
    reason = fields.CharField(max_length=120, default="")
    broadcast_id: int | None = Key("broadcast", null=True)
    gift_template_id: int | None = Key("coupon_template", null=True)
    """What its plan gave when it began."""
    ran_at = fields.DatetimeField()

    class Meta:
        table = "standing_run"
        indexes = (Index(fields=("gift_template_id",)),)
        constraints = (
            UniqueConstraint(fields=("standing_plan_id", "due_at"), name="standing_run_once"),
            UniqueConstraint(fields=("broadcast_id",), name="standing_run_of_a_broadcast"),
            CheckConstraint(check="(state = 'STARTED') = (broadcast_id IS NOT NULL)", name="standing_run_started"),
            CheckConstraint(
                check="gift_template_id IS NULL OR broadcast_id IS NOT NULL", name="standing_run_gives_by_a_broadcast"
            ),
            CheckConstraint(check="state = 'STARTED' OR reason <> ''", name="standing_run_says_why"),
        )
