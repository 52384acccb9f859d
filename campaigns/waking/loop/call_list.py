"""Who is worth a person's call: the question that recall tasks ask before they open one for a lapsed owner.

A store whose loop runs calls those whose turn it is; elsewhere whoever the rule finds worth it is called.
"""

from typing import Final

from campaigns.waking.loop.rules import AttemptState
from campaigns.waking.rules import Path, WakingPolicy
from crm_core.policies.current import group_policy
from crm_core.tasks.worth import Worth
from foundation.reading import literals

_WORTH: Final = f"""
SELECT w.customer_id, a.id IS NOT NULL AS is_turn,
  CASE WHEN w.is_lost_value THEN '高价值流失' ELSE '价值 ' || w.value || '，不低于 ' || ({{least}})::text END
  || CASE WHEN a.id IS NULL THEN '' ELSE '，唤醒轮到电话' END AS why
FROM waking_class w JOIN customer o ON o.id = w.customer_id
LEFT JOIN waking_loop l ON l.store_id = o.home_store_id AND l.is_running
LEFT JOIN waking_attempt a ON a.customer_id = w.customer_id AND a.state = {literals(AttemptState.OPEN)}
  AND a.path = {literals(Path.CALL)}
WHERE (w.is_lost_value OR w.value >= {{least}}) AND (l.id IS NULL OR a.id IS NOT NULL)
"""


async def worth_a_call() -> Worth:
    """The owners who are worth a call, as SQL."""
    policy = await group_policy(WakingPolicy)
    return Worth(_WORTH, policy.call_from_value)
