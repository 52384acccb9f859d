/** Who is signed in, and how to become somebody. */
import { http } from './client'

export type Role =
  | 'SC' | 'SM' | 'DCC' | 'MKT' | 'SA' | 'SVM' | 'WC' | 'TEC' | 'QC' | 'PRT' | 'CSH' | 'CRC' | 'FIN' | 'GM' | 'RGN' | 'GRP' | 'ADM' | 'DPO'

export interface Session {
  user_id: number
  name: string
  roles: Role[]
  store_id: number
  store_name: string
  environment: 'demo' | 'test' | 'production'
  /** The business clock at the moment of the answer. */
  now: string
  approvals_waiting: number
}

export interface DemoPerson {
  user_id: number
  name: string
  role: Role
  role_name: string
  store_name: string
  /** One line of what this person does. */
  job: string
}

export interface SignInChoices {
  /** Empty outside the demo. */
  people: DemoPerson[]
  /** WeCom's OAuth page; null in the demo. */
  wecom_url: string | null
}

export interface SignedIn extends Session {
  token: string
}

export const readSession = () => http.get<Session>('/api/staff/session')
export const readChoices = () => http.get<SignInChoices>('/api/staff/session/choices')
export const signInAs = (userId: number) => http.post<SignedIn>('/api/staff/session/demo', { body: { user_id: userId } })
/** WeCom's OAuth brings the browser back with a code, good once. */
export const signInWithCode = (code: string) => http.post<SignedIn>('/api/staff/session/wecom', { body: { code } })
export const signOut = () => http.delete<void>('/api/staff/session')
