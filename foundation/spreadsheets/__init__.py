"""Reading other people's spreadsheets: .xlsx, .xls and text, whatever the file calls itself.

Everything that looks into the file runs in a process of its own (`child`) with little memory and time: a file made to
break a reader breaks that process and is refused in words. This side gets sheets and rows, one by one (`reading`).
A value is what the program stored, never what it displayed, and formulas are never computed.
"""
