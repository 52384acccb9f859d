"""How large the races and kills are: small in CI, many times that in `make soak`."""

import os
from typing import Final

TIMES_VARIABLE: Final = "SOAK_TIMES"
TIMES: Final = int(os.environ.get(TIMES_VARIABLE, "1"))
"""How many rounds a check of at most a second makes for each round in CI."""
