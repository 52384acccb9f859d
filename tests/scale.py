"""How large the races and kills are: small in CI, many times that in `make soak`."""

import os
from typing import Final

TIMES_VARIABLE: Final = "SOAK_TIMES"
TIMES: Final = int(os.environ.get(TIMES_VARIABLE, "1"))
"""How many rounds a check of at most a second makes for each round in CI."""
ROWS_VARIABLE: Final = "SOAK_ROWS"
ROWS: Final = int(os.environ.get(ROWS_VARIABLE, "200000"))
"""How many rows an import or a list of friends has in `make soak`; a tenth of them takes minutes."""
