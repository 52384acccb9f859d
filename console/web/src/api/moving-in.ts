/** 开始使用: what is left until the first customers come, and whether the connections work. */
import { api, keyed, take, type Schema } from './typed'

export type MovingInStep = Schema<'StepView'>
export type Connection = Schema<'Connection'>

export const readSteps = () => take(api.GET('/api/staff/moving-in'))
export const readSecrets = () => take(api.GET('/api/staff/connections'))
export const testConnections = (key: string) => take(api.POST('/api/staff/connections/test', { params: { header: keyed(key) } }))
