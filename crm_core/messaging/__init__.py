"""Sends messages to customers and staff: to whom, by which channel, and with which result.

A verb *says* a message (`service`): it writes a row into the outbox, in its own transaction. After the commit a job
delivers it (`delivery`) by one of the `channels`, if what it says is still true (`conditions`). The words of each
message come from `crm_core.wording`.
"""
