"""唤醒: who among the owners fell asleep, what they are worth, and by which way and on which day to bring them back.

Every night each owner gets their class (`waking_class`): a state by the rule of dormancy, a value by RFM, the best
path, and the weekday that suits them. Only what changed is written, and each change of state leaves a `waking_move`.
Everything else is worked out when it is read.
"""
