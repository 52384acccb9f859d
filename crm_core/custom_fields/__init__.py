"""自定义字段: what a store or the group notes about customers and cars beyond what everybody notes.

A field is typed and named by its code, which segments, imports and programs use. It ends and is never deleted: its
values stay where they are, and nobody writes new ones. A field marked personal is emptied when the person is erased or
the car changes hands, and is shown to those who see names.
"""
