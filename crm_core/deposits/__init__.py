"""预存款: money a customer pays ahead, for parts that are ordered or for visits to come, until it is used or refunded.

    deposit    a customer has one in a store, and after a merge of two records those of both; its balance is the sum of
               its movements and never below zero
    movement   PAID_IN (+), USED on a bill (-), RETURNED from a refunded bill (+), HELD for a refund (-), RELEASED when
               the refund was not made (+)

What is paid in is a payment about the deposit, and goes back by the refunds of payments, approved like any other. A
bill it is used on is paid by the method DEPOSIT, so a refund of that bill fills the deposit again. In law this is a
prepayment (订金), which the customer can have back, and no earnest money (定金).
"""
