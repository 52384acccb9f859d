"""诊断费: what finding a fault costs, told before the car is looked at.

The fee is a job of the estimate like any other: the owner sees it with its condition, allows it before anything is
done, and it is billed as one line of the order, of which a car has one at most. When the owner then has a fault
repaired, the part that the store's policy waives is taken off, and nothing puts it back.
"""
