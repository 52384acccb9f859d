"""免打扰时段: when an owner does not wish to be written to, set by themselves or noted by staff who were told so.

A span holds each day, also over midnight. What offers something waits until it ends (`contact.rules`, the broadcasts),
and so does a notice that is as true an hour later (`may_wait` of a message). What is about work they ordered, about
money or about an appointment comes at once: they wait for it. A span is never changed: it ends, and another begins, so
that the rows are its history.
"""
