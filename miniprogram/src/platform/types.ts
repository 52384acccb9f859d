/**
 * What the mini-program needs from its host: one interface, two implementations. `weixin` calls WeChat; `host`
 * asks the demo's phone, which shows the H5 build in a frame.
 */
import type { Ref } from 'vue'

export type SubscribeAnswer = 'accept' | 'reject'

export interface PaymentParameters {
  timeStamp: string
  nonceStr: string
  package: string
  signType: string
  paySign: string
}

/** A question before something that cannot be taken back: what it is, what happens, and the two answers as verbs. */
export interface Question {
  title: string
  content: string
  yes: string
  no: string
}

/** Who answers at a number. */
export interface Callee {
  name: string
  phone: string
}

/** Where something is, for the map; without coordinates the address is copied for the owner's own map. */
export interface Place {
  name: string
  address: string
  latitude?: number
  longitude?: number
}

/** A photo or a video the owner chose: a path the page can show, and its bytes once they are needed. */
export interface Chosen {
  path: string
  bytes: () => Promise<ArrayBuffer>
}

export interface Template {
  id: string
  title: string
}

/** How the owner has settled the question of notices for good, with 「总是保持以上选择」. */
export interface StandingChoice {
  /** False when they switched all notices of this mini-program off. */
  isOn: boolean
  /** The templates answered for good; the pop-up does not come for these any more. */
  settled: Record<string, SubscribeAnswer>
}

/** One call to our server, which the demo shows. */
export interface Answered {
  method: string
  path: string
  status: number
  milliseconds: number
}

export interface LiveSocket {
  close: () => void
}

export interface Shared {
  title: string
  path: string
}

export interface Platform {
  /** Where our server answers, without a slash at the end. */
  server: () => Promise<string>
  /** `wx.login`: a code good for five minutes and once. */
  login: () => Promise<string>
  /** Opens WeChat's pop-up, which it does only inside a tap and for three templates at most. */
  requestSubscribe: (templates: Template[]) => Promise<Record<string, SubscribeAnswer>>
  standingChoice: () => Promise<StandingChoice>
  /** WeChat's own page of settings, where a standing choice is changed. */
  openSettings: () => Promise<void>
  /** The result of the pay sheet; only our server knows whether money was paid. */
  requestPayment: (parameters: PaymentParameters) => Promise<'ok' | 'cancel'>
  /** One photo, taken now or from the album; null when the owner goes back. */
  choosePhoto: () => Promise<Chosen | null>
  /** True when the owner pressed the answer that acts. */
  confirm: (question: Question) => Promise<boolean>
  /** The dialler with the number in it. */
  call: (callee: Callee) => Promise<void>
  /** The chat with this member of staff; false when it cannot be opened from here. */
  openChat: (userid: string) => Promise<boolean>
  /** Whether a chat can be opened from here at all: where none can, none is offered. */
  hasChat: boolean
  /** Gives the owner a file: into a chat of theirs, or among the downloads. False when they went back or no tap stood behind it. */
  keepFile: (file: { name: string; text: string }) => Promise<boolean>
  /** Shows a PDF of our server to the owner. Refused when it cannot be fetched or shown. */
  openPdf: (file: { url: string; headers: Record<string, string>; name: string }) => Promise<void>
  openLocation: (place: Place) => Promise<void>
  /** Connects and reports; the caller reconnects. `lost` says with which code our server closed, if it did. */
  socket: (url: string, on: { open: () => void; data: (text: string) => void; lost: (code?: number) => void }) => LiveSocket
  /** False while nobody sees the mini-program. */
  isSeen: Readonly<Ref<boolean>>
  /** False while there is no network. */
  isOnline: Readonly<Ref<boolean>>
  /** How much larger than usual the owner reads, 1 for as designed. */
  fontScale: Readonly<Ref<number>>
  /** The business time: the demo can move it; a real phone gives its own time. */
  now: () => Date
  /** Told of every answer of our server. */
  answered: (answer: Answered) => void
}
