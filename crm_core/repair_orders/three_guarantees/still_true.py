"""The condition of 三包 alerts."""

from crm_core.messaging.conditions import Said, condition
from crm_core.repair_orders.three_guarantees.counting import standing_of
from crm_core.repair_orders.three_guarantees.rules import WORDS, Level


@condition
async def three_guarantees_stand(said: Said) -> bool:
    """Whether the counter the message tells of is still near its limit: a corrected order takes it back."""
    counts = (await standing_of(said.matter_id)).counts
    return any(WORDS[count.counted][0] == said.facts["counter"] and count.level is not Level.FINE for count in counts)
