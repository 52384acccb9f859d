/** The channels by which a broadcast may go. */
import { api, take, type Schema } from './typed'

export type MassChannel = Schema<'MassChannelRow'>

/** The usual one first. */
export const readMassChannels = () => take(api.GET('/api/staff/mass-channels'))
