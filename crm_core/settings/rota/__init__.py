"""Lists of who is there: teams, skills, shifts, absences, certificates."""
