-- Somebody is away once on a day. Of absences that overlap so far the later one begins after the earlier one's last day, or
-- ends if nothing of it is left: the days on which they are away stay the same.
WITH cut AS (
    SELECT id, greatest(first_on, 1 + max(last_on) OVER (
        PARTITION BY staff_id ORDER BY first_on, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    )) AS first_on, last_on
    FROM staff_absence WHERE is_active
)
UPDATE staff_absence a
SET is_active = cut.first_on <= cut.last_on,
    first_on = CASE WHEN cut.first_on <= cut.last_on THEN cut.first_on ELSE a.first_on END
FROM cut WHERE cut.id = a.id AND cut.first_on <> a.first_on;

-- old code: it answers a refusal of the table with 「已经有一条同样的」.
ALTER TABLE staff_absence ADD CONSTRAINT staff_absence_once_a_day EXCLUDE USING gist (
    int8range(staff_id, staff_id, '[]') WITH &&, daterange(first_on, last_on, '[]') WITH &&
) WHERE (is_active);
