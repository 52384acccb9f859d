"""Who is there, and which bays work: teams, shifts, absences, certificates, closures of bays.

team         people of a store who work together, with their leader
shift        weekdays and hours on which somebody works; whoever has none works whenever the store is open
absence      days on which somebody is away, whatever their shifts say
certificate  a paper that proves a skill until a day; when all papers for a skill have run out, the skill does not count
bay closure  days on which a bay cannot be used
"""
