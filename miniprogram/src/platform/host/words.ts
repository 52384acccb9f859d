/**
 * The messages between the H5 build and the demo's phone, sent by postMessage. The phone is the simulator's page; its
 * side of these words imports this file.
 */
import type { Answered, Callee, PaymentParameters, Place, Question, Shared, StandingChoice, SubscribeAnswer, Template } from '../types'

/** What the mini-program asks of the phone: the arguments and the answer of each call. */
export interface Asks {
  hello: { with: null; gives: PhoneState }
  login: { with: null; gives: string }
  phoneCode: { with: null; gives: string | null }
  requestSubscribe: { with: Template[]; gives: Record<string, SubscribeAnswer> }
  standingChoice: { with: null; gives: StandingChoice }
  openSettings: { with: null; gives: null }
  requestPayment: { with: PaymentParameters; gives: 'ok' | 'cancel' }
  choosePhoto: { with: null; gives: Blob | null }
  confirm: { with: Question; gives: boolean }
  call: { with: Callee; gives: null }
  openChat: { with: string; gives: boolean }
  openLocation: { with: Place; gives: null }
  share: { with: Shared; gives: null }
}
export type Ask = keyof Asks

/** The phone's own state: sent at the beginning, and each part again when it changes. */
export interface PhoneState {
  server: string
  /** ISO, with zone. */
  now: string
  isSeen: boolean
  theme: 'light' | 'dark'
  fontScale: number
}

export type FromMiniProgram =
  | { miniprogram: 'ask'; number: number; ask: Ask; with: unknown }
  | { miniprogram: 'answered'; answer: Answered }

export type FromPhone =
  | { phone: 'answer'; number: number; gives?: unknown; failed?: string }
  | { phone: 'open'; path: string }
  | { phone: 'state'; state: Partial<PhoneState> }
