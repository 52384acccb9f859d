"""月结: a company's bills are put on account and paid once a month.

    account   REQUESTED → ACTIVE ⇄ STOPPED        REQUESTED → REFUSED

charge    a bill is paid by the account (method ACCOUNT), so that the car may leave; up to the limit, under the
          account's lock, and not while an account month is overdue
month     账期: the charges up to one closing day, with the day by which they are to be paid
repayment money of the company; it pays the oldest months first, or first the one it names. What is more than the months
          that are closed owe is kept for the next one
owed      the sum of all entries: charges less repayments and refunds
"""
