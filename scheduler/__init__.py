"""When things run: one timetable, one leader, workers.

timetable   every recurring job on one page
main        the scheduler process: a one-second beat on business time, one leader by advisory lock; it only enqueues
worker      the worker process: runs jobs
"""
