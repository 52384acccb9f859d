"""约定时间: somebody is expected at a store at a time. An appointment of the workshop promises one; a test drive, a
pick-up or a meeting with a consultant will.

    HELD (while the booking is filled in) → PROMISED → the row is gone: the time is free again
    HELD → the row is gone (it ran out, or the same person takes another time)

promised time  who, where, from when until when, and for which thing of which room: `appointment:5`
what it takes  a bay, a car, a driver: a table of the room that promises, whose rows hang on the promised time and go
               with it. A promise that takes nothing needs none

What becomes of the thing, confirmed, come or not come, is its own room's machine. So is what may be promised: the room
locks the days, looks what is free by its own rules, takes the time here, and then takes what the time needs.
"""
