"""定期计划: a broadcast that is repeated by a rule, approved once with its rule.

DRAFT → PENDING → ACTIVE ⇄ PAUSED → ENDED. What it says, to whom, by which channel and at what cost is that of a
broadcast written before, its pattern (样板). Each due moment of an active plan is one `standing_run`, unique for plan
and moment, so that neither two schedulers nor a restart can run it twice; it leads to a broadcast that goes like any
other, with every check at its time.

After a stop or a jump of the clock only the newest due moment is run; those before are kept as MISSED. A plan that
follows something the owners did takes those of the missed days along, at most a week of them.

A plan may give a coupon to each person it reaches, whether they click or not.

rules    the moments, pure
service  the verbs
running  what the clock does
gifts    the coupons it gives
for_the_loop  the usual plans of the loop of waking, drafted at one press
queries  for screens
"""
