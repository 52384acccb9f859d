"""再优惠: what is taken off jobs after the first estimate, of priced additional work or of jobs the owner allowed.

    later discount   GIVEN | WAITING → GIVEN | REFUSED | WITHDRAWN

The limits are those of the estimate, and all that was taken off the order counts. Within the role's limit it is given
at once; above it waits for approval, and is given by itself once somebody agreed, if the prices are still the same. A
price only goes down, so the owner is told and need not agree again.
"""
