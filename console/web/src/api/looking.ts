/** Who else has the same thing open. */
import { api, take, type Schema } from './typed'

export type Looked = Schema<'LookIn'>

export const look = (thing: Looked) => take(api.PUT('/api/staff/looking', { body: thing }))
