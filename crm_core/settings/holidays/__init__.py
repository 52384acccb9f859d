"""Which days the law makes holidays and working days, year by year."""
