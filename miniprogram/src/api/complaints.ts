/** 投诉: what the owner is not content with. */
import { call, type Answer } from './client'

export type OwnComplaints = Answer<'get', '/api/owner/complaints'>

export const complaints = {
  page: () => call('get', '/api/owner/complaints'),
  complain: (repair_order_id: number, body: string, photos: string[], key: string) =>
    call('post', '/api/owner/complaints', { body: { repair_order_id, body, photos }, key }),
}
