"""应收: what somebody other than the owner owes for a repair, from the owner's agreement to the last fen.

    receivable   OPEN → SUBMITTED → ACCEPTED | PART_ACCEPTED | REFUSED → SETTLED    the last two may be submitted anew

warranty (W)     the maker: approval number, where the old parts are kept and until when, the answer, the money
insurance (I)    an insurer: its name, case and loss assessment, the answer, the money
house (N, G)     nobody outside: a manager who did not make the bill charges it to a cost centre
refused part     what maker or insurer did not accept is submitted again or borne by the house. It is never added to the
                 owner's bill, which they agreed to
step             each act with its sum: the history, and the money received and borne, which together are the amount
"""
