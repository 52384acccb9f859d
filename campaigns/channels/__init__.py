"""The channels of a broadcast, one module each: the consent it needs, whom it reaches, its limits and its calls.

wecom_mass   企微群发: a task for a salesperson, who sends it to the friends it names
"""
