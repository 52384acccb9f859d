"""Pieces on their way to a store, from a supplier or from another store: one relation for every read that asks when
parts come.
"""

from typing import Final

from crm_core.parts.purchases.rules import ON_ITS_WAY
from crm_core.parts.transfers.rules import PROMISED
from foundation.reading import literals

COMING: Final = f"""(
  SELECT o.store_id, l.part_id, l.quantity - l.arrived AS quantity, l.eta, 'purchase_order:' || o.id AS source, l.id,
    true AS is_bought
  FROM purchase_line l JOIN purchase_order o ON o.id = l.purchase_id
  WHERE o.state IN ({literals(*ON_ITS_WAY)}) AND l.arrived < l.quantity
  UNION ALL
  SELECT t.to_store_id, l.part_id, l.given, t.eta, 'part_transfer:' || t.id, l.id, false
  FROM part_transfer_line l JOIN part_transfer t ON t.id = l.transfer_id
  WHERE t.state IN ({literals(*PROMISED)}) AND l.given > 0
)"""
"""SQL for store_id, part_id, quantity, eta, source (`purchase_order:5` or `part_transfer:7`), the line's id, and
whether it `is_bought`.
"""
