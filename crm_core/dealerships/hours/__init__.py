"""When a store is open: its usual hours, weekdays that differ, and exceptions by date.

usual hours  columns of the store; they hold on every day about which nothing else is said
weekday      a day of the week on which the store is shut or has other hours
exception    a date on which it is shut or has other hours; it goes before the weekday
"""
