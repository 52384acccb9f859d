"""The dealer group itself: its regions, stores and staff, who may do what, opening hours, and masks of personal data.

group 经销商集团 → region 大区 → store 门店 → staff
role           a code of the permission table (`SA`, `SC`, `MKT` …), held in a store, a region or the group
reach          how far a permission goes: one's own, or the store's
four eyes      requester ≠ approver, technician ≠ inspector
bay 工位       has a kind; a store's day is its opening hours, its closures and its bays
mask           what is shown to those who may not see the plain value; uncovering a value is logged
audit          append-only and hash-chained, so that a missing line shows

`calendar` (opening hours, working days of the State Council's notice) and `masks` are pure. Nothing here imports
another room of the dealership.
"""
