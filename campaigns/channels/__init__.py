"""By which ways a broadcast reaches people, one page each: its consent, whom it reaches, its limits and its calls.

wecom_mass   企微群发: a task for a salesperson, who sends it to the friends it names
"""
