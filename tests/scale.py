"""How large the races and kills are: small in CI, many times that in `make soak`."""

import os
from typing import Final

TIMES_VARIABLE: Final = "SOAK_TIMES"
TIMES: Final = int(os.environ.get(TIMES_VARIABLE, "1"))
"""Rounds of what takes a second or less for each round of CI."""
