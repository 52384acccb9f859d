"""The ground every package stands on: it knows no cars and no platforms.

settings    typed configuration, one object
database    connection, `transaction`, `after_commit`
jobs        work that survives a crash, enqueued in the caller's transaction
events      facts recorded in the same transaction, and who listens
clock       business time, movable in the demo and in tests
errors      the families of refusals every audience renders
web         typed endpoints, OpenAPI and the one error renderer
http        outbound calls with limits;   cache, live, media, money, logging, metrics
"""
