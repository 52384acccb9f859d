"""One stored form for what people type in many ways: a phone, a name, a plate, a VIN.

Storing and searching use the same parser, so that a value is found however it was typed. Parsers are pure; each raises
its own `ValueError` with a Chinese sentence that says what is wrong and never repeats the value. `search` decides what
a searched text may be.
"""
