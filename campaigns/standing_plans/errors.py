"""What can be refused."""

from foundation.errors import InvalidInput, NotFound, Refused


class PlanNotFound(NotFound):
    """No such plan for this actor."""

    message = "没找到这个定期计划。"


class RuleNotClear(InvalidInput):
    """The rule lacks something."""

    code = "rule_not_clear"
    message = "时间没填完。"


class PatternChanged(Refused):
    """Its pattern was changed since; what would be sent is not what was seen."""

    code = "pattern_changed"
    message = "样板群发改过，请打开看一遍再提交。"


class LoopHasItsPlans(Refused):
    """Each way of the loop that the house has is used by a plan."""

    code = "loop_has_its_plans"
    message = "唤醒循环要用的定期计划都有了，去定期计划里看看是不是还等审批或暂停着。"
