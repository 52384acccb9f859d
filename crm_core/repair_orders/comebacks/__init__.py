"""返修: a car comes back for work that was done here, and what the repair guarantee then gives its owner.

    comeback   PROPOSED → DECLARED ⇄ DENIED

repair guarantee   days or kilometres from leaving the workshop, by kind of work; whichever ends first
proposed           by the system: what the owner says or wants done matches a job whose guarantee is open, or which
                   was done within the days that count
declared, denied   by an advisor, a denial with its reason; either may be changed until the bill is made
free job           a job of a declared comeback whose guarantee is open: the house pays, and nobody has to approve it

外返 is a comeback within the days that count and was not denied: silence does not improve the figure. 内返 is a failed
final inspection. Verbs: judging. `rules` is pure.
"""
