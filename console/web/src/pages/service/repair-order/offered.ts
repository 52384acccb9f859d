/** The jobs of an order's estimate that wait for the owner's answer. */
import type { Line, RepairOrder } from '@/api/repair-orders'

export function offeredLines(order: RepairOrder): Line[] {
  return order.lines.filter((line) => line.state === 'PROPOSED' && line.source === 'estimate')
}
