/** Money that moved at the platform without us, in words. */
import type { OutsideMovement } from '@/api/bills'

type Seen = Pick<OutsideMovement, 'kind' | 'is_ours' | 'is_followed' | 'status'>

export function movementWord(movement: Seen): string {
  if (movement.kind === 'PAYMENT') return '收款，查无此单'
  return movement.is_ours ? '商户平台退款' : '退款，查无此单'
}

/** Whether our books have it. */
export function booked(movement: Seen): string {
  if (movement.is_followed) return '已入账'
  if (!movement.is_ours) return '不在账里'
  return movement.status === 'CLOSED' ? '退款已关闭' : '还没入账'
}
