/** 离职遗留: what members who left have left behind in a store. */
import { api, take, type Schema } from './typed'

export type Leaver = Schema<'LeaverOut'>
export type LeftBehind = Schema<'LeftBehindOut'>

export const readLeavers = (storeId: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/leavers', { params: { query: { store_id: storeId } }, signal }))
