/** What a visitor without a car on file may do: look without an account, and book once WeChat confirms their number. */
import { call, callOpenly } from './client'

export interface VisitorSlot {
  model_id: number
  store_id: number
  item_ids: number[]
  starts_at: string
}

export const visitor = {
  booking: (query: { store_id?: number; model_id?: number; item_ids?: string; day?: string }) => callOpenly('/api/owner/visitor/booking', { query }),
  hold: (wanted: VisitorSlot, key: string) => call('post', '/api/owner/visitor/slot-holds', { body: wanted, key }),
  book: (wanted: VisitorSlot & { plate: string; note: string }, key: string) => call('post', '/api/owner/visitor/appointments', { body: wanted, key }),
}
