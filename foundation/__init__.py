"""What every other package is built on. It knows nothing of cars or of any platform.

settings    typed configuration, one object
database    connection, `transaction`, `after_commit`
jobs        background work that survives a crash, enqueued in the caller's transaction
events      facts recorded in the transaction that makes them true, and the handlers that react to them
clock       business time, movable in the demo and in tests
errors      the base classes of every error we raise on purpose
web         typed endpoints, OpenAPI and the one error renderer
http        outbound calls with limits;   cache, live, media, money, logging, metrics
"""
