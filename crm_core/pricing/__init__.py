"""What work and goods cost.

quota 工时定额     the hours a job is billed with, whatever the clock said
labour rate        price per unit; brands count in units of 60, 15 or 5 minutes
service item       a job with an operation code 工时代码, priced per model series
package 套餐       several jobs at one price; each line carries its share of it
price rule         one step from an amount to the next; rules are ordered and each sees the output of the one before
trail              which rule in which version turned what into what; a reopened estimate replays it

`rules` is pure: labour per line rounded half up, ordered rules for goods, presale promotions under a stated reading.
"""
