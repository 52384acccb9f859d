"""Why a rule cannot be changed so."""

from foundation.errors import InvalidInput, NotAllowed, NotFound, Refused


class PolicyNotFound(NotFound):
    """No such rule, store or change."""

    code = "policy_not_found"
    message = "没有这条规则，请刷新。"


class PolicyIsTheGroups(Refused):
    """One value holds for all stores."""

    code = "policy_group_only"
    message = "这条规则全集团统一，不能按门店改。"


class NotForTheGroup(NotAllowed):
    """A store's manager asks for a value of all stores."""

    code = "policy_group_value"
    message = "集团的值只能由管全集团的人改，您可以改自己门店的值。"


class PolicyValueRefused(InvalidInput):
    """Beyond the bounds or of another kind; the message names them."""

    code = "policy_value"


class PolicyConflict(Refused):
    """The values of a policy would not fit each other; the message says which and from when."""

    code = "policy_conflict"


class EffectiveInThePast(InvalidInput):
    """What was decided yesterday is not decided anew."""

    code = "effective_in_the_past"
    message = "生效时间不能早于现在。"


class AlreadyInEffect(Refused):
    """It has begun to hold: change it back instead."""

    code = "policy_in_effect"
    message = "已经生效，不能撤回；请改回原来的值。"


class PolicyUnchanged(Refused):
    """There is nothing of its own to end."""

    code = "policy_unchanged"
    message = "这里没有自己的值，不用恢复。"
