"""付款与退款: money that comes in and goes back, whatever it is for (`about` names that: `bill:12`).

    payment   CREATED → PAYING → SUCCESS | CLOSED (2 hours) | FAILED
    refund    REQUESTED → APPROVED → PROCESSING → SUCCESS | ABNORMAL | CLOSED        REQUESTED → CLOSED (not approved)
              APPROVED → SUCCESS once the desk has paid out what did not come by WeChat

notice        what WeChat Pay sends to our URL; stored once under its own id, accepted only with a valid signature
settle        apply that a payment succeeded, from a notice or from an answer to our query; a repetition changes nothing
shift         收银班次: what one cashier takes and gives in a store from opening to counting; counted, it stays as it is
ledger        one line per movement of money, written once, never changed
problem       money arrived that does not fit (another sum, another app, after closing): it is kept and a person looks
outside       money that moved at the platform without us: a case for finance; a refund of our payment is followed
out_trade_no  our number of a payment at the platform; out_refund_no of a refund, kept over every retry

`rules` is pure. Verbs by ability: paying, settling, refunds, outside; notices is the platform's door.
"""
