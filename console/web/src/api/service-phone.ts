/** 工作电话: the number owners see beside my name. */
import { api, take } from './typed'

export const readServicePhone = () => take(api.GET('/api/staff/me/service-phone'))

export const giveServicePhone = (number: string) => take(api.PUT('/api/staff/me/service-phone', { body: { number } }))
