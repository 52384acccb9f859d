"""`wedealer serve` with short time limits, for tests that let its workers hang: `python -m tests.app.web_process`."""

import sys

from app import prefork
from app.server import serve

# A silent worker is replaced after this long; twenty seconds would only make the test slow.
prefork.SILENCE_SECONDS = 3.0
prefork.BEATS_PER_REPORT = 1

if __name__ == "__main__":
    sys.exit(serve())
