"""分群: which customers, said as a tree of conditions.

condition   one testable thing about a customer, their cars, visits, coupons or consents; knows its SQL and its words
group       conditions and groups joined by 全部满足 (all), 任一满足 (any) or 排除 (none)
definition  the root group; compiled into one parameterised statement, so that people are never listed in Python
preview     how many, how many cars, how many remain after each row, who cannot be reached and why

The sentence 「读作」 and the SQL come from the same tree. A segment asks anew each time; a broadcast freezes it.
"""
