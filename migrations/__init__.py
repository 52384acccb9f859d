"""The schema's history, forward from an empty database; made by `wedealer makemigrations`, read before it is committed.

Two things the generator gets wrong: a dropped and a new field of one type become a silent rename, and `default=` is no
database default, so a new NOT NULL column needs `db_default=` or a nullable step first.
"""
