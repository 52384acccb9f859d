"""What a group is made of, as lists that administrators and general managers keep: stores, bays, items, prices, …

setting list  a table with what its page and its verbs need: words, bounds and choices of each column, whose store a row
              belongs to, who may change it, what uses it
setting       one row of it
values        a row as JSON: whole numbers (money in fen, times of the day in minutes), text, days as `2026-05-01`
version       a fingerprint of the values, so that whoever writes a row, an import too, makes an open form stale
end           nothing is deleted: a setting ends and may be taken up again; what uses it is shown before
undo          the columns of one change get the values they had before it, as a new change

`kinds` is pure. A list is declared in its room's `setting_lists.py`, which is found by its place; those of the
dealership itself are in this room. `changing` has the verbs, `queries` what the pages show. Each change leaves a line
in the audit log with the values before and after; `history` reads it from there.
"""
