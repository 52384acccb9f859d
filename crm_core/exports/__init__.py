"""导出: a list taken away as a file.

    QUEUED → READY → EXPIRED            more than FREE_ROWS rows: QUEUED → WAITING → READY | REFUSED
    QUEUED → FAILED (the reader may not read the list any more, or it is too long)

A job writes the file first, so that an approval covers exactly that file, by its digest. It is fetched by whoever asked
for it, for a day, and deleted afterwards. Each row and the head of the file say who took it away.
"""
