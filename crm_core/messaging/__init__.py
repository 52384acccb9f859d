"""What leaves the house: whom a message goes to, by which way, and what became of it.

A verb *says* a message (`service`): a row of the outbox, in its own transaction. After the commit a job brings it out
(`delivery`) if what it says is still true (`conditions`), by one of the ways out (`channels`). The words are those of
`crm_core.wording`.
"""
