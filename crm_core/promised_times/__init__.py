"""约定时间: a customer is expected at a store at a time.

Today only service appointments promise one; test drives, pick-ups and meetings with a consultant can use the same.

    HELD (while the booking is filled in) → PROMISED → the row is gone: the time is free again
    HELD → the row is gone (it ran out, or the same person takes another time)

promised time  who, where, from when until when, and for which thing of which room: `appointment:5`
what it takes  a bay, a car, a driver: rows in a table of the room that promises, which refer to the promised time and
               are deleted with it. A promise that takes nothing needs no such table

The states of the thing itself (confirmed, come, not come) belong to its own room. So do the rules of what may be
promised: the room locks the days, looks for what is free, takes the time here, and then takes what it needs.
"""
