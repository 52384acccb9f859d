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
