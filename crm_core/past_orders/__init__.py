"""历史工单: closed orders another program kept, with their lines, as they came.

They are history: never billed, surveyed or changed again. Each is a visit of its car (`vehicles.ServiceVisit`), from
which the next service is predicted. `imports` writes them.
"""
