"""Why a change of a rule is refused."""

from foundation.errors import InvalidInput, NotAllowed, NotFound, Refused


class PolicyNotFound(NotFound):
    """No such rule, store or change."""

    code = "policy_not_found"
    message = "没有这条规则，请刷新。"


class PolicyIsTheGroups(Refused):
    """A store asks for its own value of a rule that is group only."""

    code = "policy_group_only"
    message = "这条规则全集团统一，不能按门店改。"


class NotForTheGroup(NotAllowed):
    """A store's manager asks to change the value of the group."""

    code = "policy_group_value"
    message = "集团的值只能由管全集团的人改，您可以改自己门店的值。"


class PolicyValueRefused(InvalidInput):
    """The value is out of bounds or of the wrong kind; the message names what is allowed."""

    code = "policy_value"


class PolicyConflict(Refused):
    """The values of a policy would contradict each other; the message says which and from when."""

    code = "policy_conflict"


class EffectiveInThePast(InvalidInput):
    """The start time lies in the past; what was decided by the old value then must stay decided."""

    code = "effective_in_the_past"
    message = "生效时间不能早于现在。"


class AlreadyInEffect(Refused):
    """The change is in effect already and cannot be withdrawn; another change can set the old value."""

    code = "policy_in_effect"
    message = "已经生效，不能撤回；请改回原来的值。"


class PolicyUnchanged(Refused):
    """The store (or the group) is to lose its own value, but has none."""

    code = "policy_unchanged"
    message = "这里没有自己的值，不用恢复。"
