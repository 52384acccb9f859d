"""What people paid for the visits a broadcast is credited with."""

from typing import Final

from campaigns.measuring import WINDOW
from crm_core.billing.rules import Payer
from foundation.reading import literals

_DAYS: Final = WINDOW.days

PAID_FEN: Final = f"""
(CASE WHEN r.converted_at IS NULL THEN 0 ELSE
  coalesce((SELECT sum(m.paid_fen - m.refunded_fen) FROM bill m
    WHERE m.customer_id = r.customer_id AND m.payer = {literals(Payer.CP)}
      AND m.paid_at BETWEEN r.arrived_at AND r.arrived_at + interval '{_DAYS} days'), 0)
  + coalesce((SELECT sum(h.paid_fen) FROM service_visit h
    WHERE h.customer_id = r.customer_id AND h.repair_order_id IS NULL AND h.visited_on
      BETWEEN (r.arrived_at AT TIME ZONE 'Asia/Shanghai')::date
        AND (r.arrived_at AT TIME ZONE 'Asia/Shanghai')::date + {_DAYS}), 0)
END)::bigint
"""
"""SQL: what the recipient `r` paid themselves, net of refunds, for visits that another program billed too. A visit for
nothing adds nothing, and one of which everything was refunded is no sale any more.
"""
