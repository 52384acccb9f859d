"""来店记录: the visits of a car, each with the papers it left, which together are the history of the car.

This room writes nothing. Every room stores its own papers; here they are looked up by visit.
"""
