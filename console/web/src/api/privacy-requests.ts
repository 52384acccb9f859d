/** 个人信息请求: what people ask about their data, each with the day it has to be answered by. */
import { api, take, type Schema } from './typed'

export type PrivacyRequest = Schema<'StaffPrivacyRequest'>

export const readPrivacyRequests = () => take(api.GET('/api/staff/privacy-requests'))
