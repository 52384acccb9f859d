"""来店记录: the visits of a car, each with the papers it left: what a history of a car is made of.

It writes nothing. Every room keeps its own papers; here they are found by their visit.
"""
