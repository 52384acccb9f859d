"""通讯录: WeCom's address book beside our staff, and what differs as proposals a person decides.

pull         one reading of the whole book, department by department, which goes on after a crash
rule         which department is which store; which position or tag means which role
proposal     a difference between the book and the staff: new, moved, renamed, left. It is computed, never kept:
             what was accepted is no difference any more, and only a refusal is remembered
"""
