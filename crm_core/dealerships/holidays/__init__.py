"""放假与调休: which days are working days by law. Stores open by their own calendar; clocks of office work read this.

notice         the yearly notice of the State Council (国务院办公厅); a year whose notice is not here is not known
day off        a day of a holiday, whatever weekday it is
make-up day    调休上班: a Saturday or Sunday that is worked instead
working day    Monday to Friday without the days off, and the make-up days; where no notice is known, Monday to Friday
"""
