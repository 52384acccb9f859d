"""分群: a selection of customers, expressed as a tree of conditions.

condition   one test of a customer, their cars, visits, coupons or consents; it knows its SQL and its words
group       conditions and groups joined by 全部满足 (all), 任一满足 (any) or 排除 (none)
definition  the root group; compiled into one parameterised statement, so that people are never listed in Python
preview     how many people and cars, how many remain after each row, who cannot be reached and why

The sentence 「读作」 and the SQL are made from the same tree. A segment is evaluated anew each time; a broadcast
freezes the result.
"""
