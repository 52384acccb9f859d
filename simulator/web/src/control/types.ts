/** What `/control/…` answers: the simulator's world as its people see it. Instants are Unix seconds of the business clock. */

export interface Person {
  person_id: string
  nickname: string
  external_userid: string
  openid: string
}

export interface Member {
  userid: string
  name: string
  position: string
  status: number
}

/** A 「联系我」 code that hangs somewhere; `picture` is what a camera sees. */
export interface ContactWay {
  config_id: string
  remark: string
  members: string[]
  picture: string
}

export interface Conversation {
  userid: string
  external_userid: string
  member_name: string
  person_name: string
  reachable: boolean
  count: number
  last: ChatMessage | null
  at: number
}

export interface ChatMessage {
  id: string
  userid: string
  external_userid: string
  sender: 'person' | 'member'
  origin: 'chat' | 'welcome' | 'mass'
  msgtype: string
  content: Record<string, unknown>
  sent_at: number
}

export interface ServiceNotice {
  id: string
  openid: string
  template_id: string
  title: string
  page: string
  data: Record<string, { value: string; label?: string }>
  sent_at: number
}

export interface CardButton {
  text: string
  key?: string
  style?: number
  type?: number
  url?: string
}

export interface TemplateCardBody {
  card_type: string
  source?: { desc?: string }
  main_title?: { title?: string; desc?: string }
  horizontal_content_list?: { keyname: string; value?: string }[]
  button_list?: CardButton[]
  /** What stands in place of the buttons after an update. */
  replace_text?: string
  card_action?: { type: number; url?: string }
}

export interface AppMessage {
  id: string
  userid: string
  msgtype: string
  body: TemplateCardBody & { content?: string }
  sent_at: number
  recalled: boolean
  replaced: { template_card?: TemplateCardBody; button?: { replace_name: string } } | null
  clicked: string[]
}

export interface MassTask {
  msgid: string
  userid: string
  status: number
  refused: boolean
  cancelled: boolean
  /** To customers, or into customer groups. */
  chat_type: 'single' | 'group'
  customers: number
  statuses: Record<string, number>
  body: { text?: { content: string }; attachments?: { msgtype: string; miniprogram?: { title: string; page: string } }[] } | null
  created_at: number
}

/** One member's part of a Moment; `chosen` and `seen_by` count customers. */
export interface MomentPart {
  moment_id: string
  userid: string
  published_at: number
  cancelled: boolean
  chosen: number
  seen_by: number
  likes: string[]
  comments: { name: string; text: string }[]
  body: { text: { content: string }; attachments: { msgtype: string; link?: { title: string } }[] } | null
  /** Of a person's: who published it, and whether they liked it. */
  member_name?: string
  liked?: boolean
}

export interface PaySheet {
  out_trade_no: string
  description: string
  amount_fen: number
  state: string
}

export interface PayCode {
  code: string
  rows: string[]
}

export interface ClockState {
  timestamp: number
  now: string
}

export interface Odds {
  drop: number
  repeat: number
  reorder: number
  delay: number
  delay_seconds: number
}

export interface Faults {
  seed: number
  busy: number
  rules: { path: string; times: number; errcode: number | null }[]
  callback: Odds
  push: Odds
  notification: Odds
}

export interface LogEntry {
  id: number
  at: number
  direction: 'call' | 'delivery' | 'hand'
  door: string
  name: string
  summary: string
  method: string
  url: string
  status: number
  code: string
  duration_ms: number
  attempt: number
  fault: string
  note: string
}

export interface WholeLogEntry extends LogEntry {
  ciphertext: string
  plain: string
  answer: string
}

export interface WorldState {
  clock: ClockState
  faults: Faults
  counts: Record<string, number>
  product_url: string
  /** The demo that runs this simulator, if one does; `born` is another after it began anew. */
  demo: { born: string; can_begin_anew: boolean; is_ready: boolean }
}
