"""What people type into a search box is found without reading every row.

pg_trgm is not in the embedded server, so the parts of a text, from each of its characters on, stand in a GIN index of
core PostgreSQL; a part is then a prefix of one of them. The ends of phones, VINs and order numbers have plain indexes.
"""

from tortoise import migrations
from tortoise.migrations import operations as ops

# Without what stands between words (as `spelling.characters.compact` drops it), at most fifty characters, upper case.
SEARCH_PARTS = """
CREATE FUNCTION search_parts(text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT array_to_tsvector(array(
        SELECT DISTINCT substr(s, n, 20) FROM upper(translate(left($1, 50), ' ·.,-_()/~''', '')) AS s,
        generate_series(1, length(s)) AS n))
$$;
CREATE INDEX vehicle_plate_parts ON vehicle USING gin (search_parts(plate)) WHERE plate <> '';
CREATE INDEX vehicle_vin_tail ON vehicle (right(vin, 6));
CREATE INDEX customer_name_parts ON customer USING gin (search_parts(name));
CREATE INDEX customer_nickname_parts ON customer USING gin (search_parts(nickname)) WHERE nickname IS NOT NULL;
CREATE INDEX customer_phone_tail ON customer (right(phone, 4));
CREATE INDEX repair_order_number_end ON repair_order (reverse(replace(number, '-', '')) text_pattern_ops);
"""
AWAY = """
DROP INDEX vehicle_plate_parts; DROP INDEX vehicle_vin_tail; DROP INDEX customer_name_parts;
DROP INDEX customer_nickname_parts; DROP INDEX customer_phone_tail; DROP INDEX repair_order_number_end;
DROP FUNCTION search_parts(text);
"""


class Migration(migrations.Migration):
    dependencies = [("wedealer", "0012_stop_lines")]

    initial = False

    operations = [ops.RunSQL(SEARCH_PARTS, reverse_sql=AWAY)]
