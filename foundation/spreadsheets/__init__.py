"""Reads spreadsheets made by others: .xlsx, .xls and text, recognised by content, not by the file's name.

Everything that reads the file's content runs in a process of its own (`child`) with little memory and time: a malicious
file can only break that process, and is then refused with a reason. Our side gets sheets and rows one by one
(`reading`). A value is what the other program stored, not what it displayed; formulas are never computed.
"""
