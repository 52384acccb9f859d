"""一起做, 交给同事: a job that more than one technician works on, at the same time or one after the other.

join       a colleague clocks on to a running job; it stays its technician's, who pauses and finishes it for both
leave      the colleague's clock stops, the job goes on
pass on    a technician gives a begun job to a colleague with a note, which whoever has the job reads

The hours stay with whoever worked them (`time_entry`); reports share the job out by them. Whoever clocked on to a job
cannot inspect it.
"""
