/** A purchase order as it is typed. */
import { fieldTime, yuan } from '@shared/format'
import type { Proposal, PurchasePage } from '@/api/purchases'

export interface TypedPurchase {
  supplier: string
  note: string
  lines: { number: string; name: string; quantity: number; cost: string; eta: string; reason: string }[]
}

export const emptyPurchase = (): TypedPurchase => ({ supplier: '', note: '', lines: [] })

const typedYuan = (fen: number | null): string => (fen == null ? '' : yuan(fen).replaceAll(',', ''))

/** A proposal as a line of the form: at the price of the last time. */
export const proposedLine = (row: Proposal): TypedPurchase['lines'][number] => ({
  number: row.part_number,
  name: row.part,
  quantity: row.quantity,
  cost: typedYuan(row.cost_fen),
  eta: '',
  reason: row.reason,
})

/** A draft as its form shows it. */
export const typedOf = (purchase: PurchasePage): TypedPurchase => ({
  supplier: String(purchase.supplier_id),
  note: purchase.note,
  lines: purchase.lines.map((line) => ({
    number: line.part_number,
    name: line.part,
    quantity: line.quantity,
    cost: typedYuan(line.cost_fen),
    eta: line.eta ? fieldTime(line.eta) : '',
    reason: line.reason,
  })),
})
