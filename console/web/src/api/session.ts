/** Who is signed in, and how to become somebody. */
import { http } from './client'

export type Role =
  | 'SC' | 'SM' | 'DCC' | 'MKT' | 'SA' | 'SVM' | 'WC' | 'TEC' | 'QC' | 'PRT' | 'CSH' | 'CRC' | 'FIN' | 'GM' | 'RGN' | 'GRP' | 'ADM' | 'DPO' | 'DRV'

export interface Store {
  id: number
  name: string
  short_name: string
}

export interface Session {
  id: number
  name: string
  roles: Role[]
  store_id: number | null
  stores: Store[]
  /** What this person may ever do, for what the pages offer; every verb decides for itself. */
  actions: string[]
  /** Those of them that the group gave to one of their roles. */
  granted: string[]
  /** The business clock at the moment of the answer. */
  now: string
  is_demo: boolean
  /** Whether a service is set up that reads a vehicle licence from a picture. */
  reads_licences: boolean
  /** Whether a service is set up that issues invoices. */
  issues_invoices: boolean
  /** What the dealer group calls itself; empty before it has begun. */
  group: string
  /** True while nobody has a car here yet: the administrator then lands on 开始使用. */
  is_fresh: boolean
}

export interface Person {
  id: number
  name: string
  roles: Role[]
  title: string
  store: string | null
}

export interface SignInOptions {
  wecom_url: string
  /** Empty outside the demo. */
  people: Person[]
}

export type Credentials = { code: string; state: string } | { staff_id: number } | { address: string }

export const readMe = () => http.get<Session>('/api/staff/me')
export const readSignInOptions = () => http.get<SignInOptions>('/api/staff/sign-in')
export const signIn = (body: Credentials) => http.post<{ token: string }>('/api/staff/sessions', { body })
export const signOut = () => http.delete<void>('/api/staff/sessions/current')
