"""对账: each day WeChat Pay's statement is compared with our books, and a day that was settled is closed.

    day          OWED (the statement is to be fetched) → COMPARED → CLOSED
statement    what WeChat Pay says moved on that day: a line for each payment and each refund it accepted
difference   a line without a movement of ours, a movement without a line, or two that do not agree; settled by finance
             with a reason, or by us when the other half turns up on another day's statement
closed       the day, its lines, its differences and the money booked on it do not change any more: the database refuses

The merchant account is the group's, so a day is the group's too; a difference is of the store whose payment it is
about.
`rules` is pure; `comparing` fetches and compares, `settling` is what finance does.
"""
