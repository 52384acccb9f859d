/** What whoever has no account may look at. */
import { callOpenly } from './client'

export const visitor = {
  booking: (query: { store_id?: number; model_id?: number; item_ids?: string; day?: string }) => callOpenly('/api/owner/visitor/booking', { query }),
}
