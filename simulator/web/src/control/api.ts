/** Acting as the people, and the platform's settings. Everything here changes the simulated world only. */
import { createHttp } from '@shared/http'
import type { SubscribeAnswer } from '@miniprogram/platform/types'
import type {
  AppMessage, ChatMessage, ClockState, ContactWay, Conversation, Faults, LogEntry, MassTask, Member, MomentPart, Odds, PayCode, PaySheet, Person, ServiceNotice,
  WholeLogEntry, WorldState,
} from './types'

const http = createHttp()
const post = <T>(path: string, body: unknown = {}) => http.post<T>(`/control${path}`, { body })
const get = <T>(path: string, query?: Record<string, string | number | undefined>) => http.get<T>(`/control${path}`, query)

export type ClockStep = Partial<Record<'seconds' | 'minutes' | 'hours' | 'days', number>>
export type FaultChange = { seed?: number; busy?: number } & Partial<Record<'callback' | 'push' | 'notification', Partial<Odds>>>

export const control = {
  state: () => get<WorldState>('/state'),
  /** The demo begins anew with the data it began with; answers before it does. */
  beginAnew: () => post<void>('/anew'),
  people: (text?: string) => get<{ people: Person[] }>('/people', { text, limit: 30 }),
  staff: () => get<{ staff: Member[] }>('/staff'),

  chatsOfPerson: (personId: string) => get<{ chats: Conversation[] }>(`/people/${personId}/chats`),
  chatsOfMember: (userid: string) => get<{ chats: Conversation[] }>(`/staff/${userid}/chats`),
  messages: (userid: string, externalUserid: string) => get<{ messages: ChatMessage[] }>('/chats', { userid, external_userid: externalUserid }),
  say: (userid: string, externalUserid: string, sender: 'person' | 'member', content: string) =>
    post<ChatMessage>('/chats', { userid, external_userid: externalUserid, sender, msgtype: 'text', content: { content } }),
  contactWays: async () => (await get<{ contact_ways: ContactWay[] }>('/contact-ways')).contact_ways,
  scan: (personId: string, code: string) => post<{ already: boolean; friendship: { userid: string } }>(`/people/${personId}/scan`, { code }),

  login: async (personId: string) => (await post<{ code: string }>(`/people/${personId}/login`)).code,
  phoneCode: async (personId: string) => (await post<{ code: string }>(`/people/${personId}/phone-code`)).code,
  subscribe: async (personId: string, choices: Record<string, boolean>): Promise<Record<string, SubscribeAnswer>> => {
    const answer = await post<Record<string, string>>(`/people/${personId}/subscribe`, { choices })
    const words = Object.entries(answer).filter(([name]) => name in choices)
    return Object.fromEntries(words) as Record<string, SubscribeAnswer>
  },
  notices: (personId: string) => get<{ notices: ServiceNotice[] }>(`/people/${personId}/notices`),
  openPaySheet: (personId: string, parameters: unknown) => post<PaySheet>(`/people/${personId}/payments`, parameters),
  confirmPayment: (personId: string, orderNumber: string) => post<void>(`/people/${personId}/payments/${orderNumber}/confirm`),
  cancelPayment: (personId: string, orderNumber: string) => post<void>(`/people/${personId}/payments/${orderNumber}/cancel`),

  payCode: (personId: string) => post<PayCode>(`/people/${personId}/payment-code`),
  codePayments: async (personId: string) => (await get<{ orders: PaySheet[] }>(`/people/${personId}/code-payments`)).orders,
  mistypePassword: (personId: string, orderNumber: string) => post<PaySheet>(`/people/${personId}/payments/${orderNumber}/wrong-password`),

  inbox: (userid: string) => get<{ messages: AppMessage[] }>(`/staff/${userid}/inbox`),
  click: (messageId: string, key: string) => post<AppMessage>(`/inbox/${messageId}/click`, { key }),
  massTasks: (userid: string) => get<{ tasks: MassTask[] }>(`/staff/${userid}/mass-tasks`),
  confirmMassTask: (msgid: string, userid: string) => post<{ sent: number }>('/mass-tasks/confirm', { msgid, userid }),

  momentsOfMember: (userid: string) => get<{ moments: MomentPart[] }>(`/staff/${userid}/moments`),
  momentsOfPerson: (personId: string) => get<{ moments: MomentPart[] }>(`/people/${personId}/moments`),
  publishMoment: ({ moment_id, userid }: MomentPart) => post<void>('/moments/publish', { moment_id, userid }),
  likeMoment: (personId: string, { moment_id, userid }: MomentPart) => post<void>(`/people/${personId}/moments/like`, { moment_id, userid }),
  commentMoment: (personId: string, { moment_id, userid }: MomentPart, text: string) =>
    post<void>(`/people/${personId}/moments/comment`, { moment_id, userid, text }),

  clock: () => get<ClockState>('/clock'),
  advance: (step: ClockStep) => post<ClockState>('/clock/advance', step),
  changeFaults: (change: FaultChange) => post<Faults>('/faults', change),
  addRule: (rule: { path: string; times: number; errcode: number }) => post<Faults>('/faults/rules', rule),
  calm: () => post<Faults>('/faults/calm'),
  expireTokens: () => post<void>('/tokens/expire'),
  log: (filters: { faults_only?: string; text?: string }) => get<{ entries: LogEntry[] }>('/log', { limit: 60, ...filters }),
  logEntry: (id: number) => get<WholeLogEntry>(`/log/${id}`),
  deliverAgain: (id: number) => post<void>(`/log/${id}/again`),
}
