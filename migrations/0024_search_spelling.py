"""A name is found however its words are parted: the parts that are searched leave out what a search leaves out."""

from tortoise import migrations
from tortoise.migrations import operations as ops

# As `spelling.characters.compact`: half width, upper case, without blanks, dashes, dots, quotes and brackets.
NEW_PARTS = """
CREATE OR REPLACE FUNCTION search_parts(text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT array_to_tsvector(array(
        SELECT DISTINCT substr(s, n, 20) FROM upper(translate(normalize(left($1, 50), NFKC),
            U&' .,-_()[]{}/~''"`\\00b7\\2022\\2027\\2219\\22c5\\3001\\3002\\2010\\2011\\2012\\2013\\2014\\2015\\2212\\30fc' ||
            U&'\\2043\\2500\\2501\\2018\\2019\\201c\\201d\\02b9\\02bc\\3008\\3009\\300a\\300b\\300c\\300d\\300e\\300f' ||
            U&'\\3010\\3011\\3014\\3015\\3016\\3017', '')) AS s,
        generate_series(1, length(s)) AS n))
$$;
REINDEX INDEX vehicle_plate_parts;
REINDEX INDEX customer_name_parts;
REINDEX INDEX customer_nickname_parts;
"""
OLD_PARTS = """
CREATE OR REPLACE FUNCTION search_parts(text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT array_to_tsvector(array(
        SELECT DISTINCT substr(s, n, 20) FROM upper(translate(left($1, 50), ' ·.,-_()/~''', '')) AS s,
        generate_series(1, length(s)) AS n))
$$;
REINDEX INDEX vehicle_plate_parts;
REINDEX INDEX customer_name_parts;
REINDEX INDEX customer_nickname_parts;
"""


class Migration(migrations.Migration):
    dependencies = [("wedealer", "0023_follow_ups_due")]

    initial = False

    operations = [ops.RunSQL(NEW_PARTS, reverse_sql=OLD_PARTS)]
