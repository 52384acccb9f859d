"""One way to write what people type in many: a phone, a name, a plate, a VIN.

Whoever takes one in and whoever looks for one goes through the same reader, so that what is found is what was filed.
Readers are pure; they raise a `ValueError` of their own with a Chinese sentence that says what is wrong and never
repeats the value. `search` tells what a searched text may be.
"""
