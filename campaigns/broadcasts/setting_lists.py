"""What broadcasts mean for setting a group up."""

from campaigns.broadcasts.rules import BroadcastState
from crm_core.settings.moving_in import Need, Step, step
from foundation.reading import literals

_SENT = literals(BroadcastState.RUNNING, BroadcastState.PAUSED, BroadcastState.FINISHED)
step(
    Step(
        90,
        "broadcast",
        "第一次群发",
        "同事在企业微信里确认后发给客户；从一个小分群开始，看回来多少人。",
        "/marketing/broadcasts",
        (Need("还没有发过", sql=f"SELECT EXISTS (SELECT FROM broadcast WHERE state IN ({_SENT}))"),),
        action="campaigns.read",
        by="市场专员拟好，总经理批准",
    )
)
