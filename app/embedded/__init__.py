"""Real PostgreSQL and Valkey servers from Python wheels, for the demo, the tests and the benchmarks.

Production never imports this package: it is given a `DATABASE_URL` and a `REDIS_URL`.

Words:

* **state folder**: the one folder everything is written in, printed at start (`state.py`). Normally `.state/` in the
  checkout; as root it is a folder under `/var/tmp` when PostgreSQL's account cannot reach the checkout, because the
  permissions of parent folders are never changed.
* **account**: PostgreSQL refuses to run as root, so as root it runs as an unprivileged account of this machine.
* **cluster**: one PostgreSQL data folder with its password. A fresh one is a copy of a template made once by `initdb`.
* **tether**: a small watcher that stops a server whose starter was killed.

Both servers listen on 127.0.0.1 only, on a free port, with a random password. `python -m app.embedded` starts both,
asks each a question, prints the answers and stops them.
"""

from app.embedded.postgres import EmbeddedPostgres
from app.embedded.valkey import EmbeddedValkey

__all__ = ["EmbeddedPostgres", "EmbeddedValkey"]
