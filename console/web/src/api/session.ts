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

export const readSession = () => http.get<Session>('/staff/session')
export const readChoices = () => http.get<SignInChoices>('/staff/session/choices')
export const signInAs = (userId: number) => http.post<Session>('/staff/session/demo', { body: { user_id: userId } })
export const signOut = () => http.delete<void>('/staff/session')
