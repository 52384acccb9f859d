"""A safety recall of the maker's: cars of one model and year, among them some that come to the workshop today."""

from datetime import timedelta
from typing import Final

from foundation import clock, database

PUBLISHED_BEFORE: Final = timedelta(days=40)
CARS: Final = 80
SERIES: Final = "云帆S5"
_NAMED: Final = """
INSERT INTO safety_recall (number, vin, title, remedy, published_on, done_on)
SELECT 'S2026M0112V', v.vin, '高压燃油管接头', '检查并更换接头', $1::date, CASE WHEN v.id % 5 = 0 THEN $2::date END
FROM vehicle v JOIN vehicle_model m ON m.id = v.model_id
LEFT JOIN appointment a ON a.vehicle_id = v.id AND a.starts_at > $3
WHERE m.series = $5 ORDER BY a.starts_at IS NULL, v.id LIMIT $4
"""


async def make() -> None:
    """Take the maker's list in."""
    published_on = clock.today() - PUBLISHED_BEFORE
    await database.execute(_NAMED, published_on, clock.today() - timedelta(days=9), clock.now(), CARS, SERIES)
