"""Taking rows: one module for each kind of sheet, which reads a thousand rows, decides on each and writes them at once.

A taker first reads every row into a draft (cells to values, with remarks), then looks up everything the drafts may
match in a few statements, decides row by row in memory (what an earlier row made counts as known), and writes what
came of it with one statement for each table. What it makes and changes goes into the journal.
"""
