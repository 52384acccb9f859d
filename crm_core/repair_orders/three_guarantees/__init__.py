"""三包 counters: how near a car is to the limits at which its owner may demand more than a repair.

repair day   a day or part of one between the owner's order and the end of the work, for a job the maker pays (W); the
             time in which the car waited for a part made for it, or for a traction battery, is not counted
counter      days of one repair, days of all, repairs of the same fault, of a serious safety fault, replacements of
             the engine, gearbox, battery or motor
warned       near the limit: service and general manager are told, once
reached      beyond it: they are told again, once

Counted anew from a car's own repairs whenever one of them moves, so a corrected order corrects the figures. `rules` is
pure.
"""
