"""Bringing a dealer's old data in: from their spreadsheets to our rows, with every row accounted for.

One row is the unit: it is taken whole or refused whole, and each change to what it says has a code (`codes`). An
import sends no message and makes no task, coupon, reward or clock; old dates and authors stay.

`layout` finds the header and says what each row of a sheet is; `headers` knows what dealers' programs call a column;
`values` reads one cell as a phone, a date, an amount. All of it is pure.
"""
