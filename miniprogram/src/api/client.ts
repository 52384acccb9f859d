/**
 * The one way pages talk to our server: `uni.request`, which is WeChat's own on a phone and fetch-like in a browser.
 *
 * A GET, or a write that carries its Idempotency-Key, is sent again with jitter when the network or the server is away;
 * nothing else is ever sent twice. `wx.login` is silent, so a session that ended is begun anew and the call made once
 * more; the owner never sees it.
 */
import type { paths } from '@schema'
import { ref } from 'vue'
import { platform } from '@/platform'

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** A number the owner can read out to the store. */
    readonly requestId: string | null = null,
  ) {
    super(message)
  }
}

/** No answer at all: it is unknown whether the server acted, and the page must say so. */
export class Unreachable extends Error {
  constructor() {
    super('网络不好，还不知道结果；再点一次不会重复。')
  }
}

type Method = 'get' | 'post' | 'put' | 'delete'
type OwnerPath = Extract<keyof paths, `/api/owner/${string}`>
export type PathOf<M extends Method> = { [P in OwnerPath]: paths[P] extends Record<M, { responses: unknown }> ? P : never }[OwnerPath]
type Operation<M extends Method, P extends OwnerPath> = paths[P] extends Record<M, infer O> ? O : never
type Json<R> = R extends { content: { 'application/json': infer T } } ? T : undefined
export type Answer<M extends Method, P extends OwnerPath> =
  Operation<M, P> extends { responses: { 200: infer R } }
    ? Json<R>
    : Operation<M, P> extends { responses: { 201: infer R } }
      ? Json<R>
      : undefined
type BodyOf<M extends Method, P extends OwnerPath> = Operation<M, P> extends { requestBody: { content: { 'application/json': infer B } } } ? B : undefined
type ParametersOf<M extends Method, P extends OwnerPath> = Operation<M, P> extends { parameters: infer A } ? A : object
type QueryOf<M extends Method, P extends OwnerPath> = ParametersOf<M, P> extends { query?: infer Q } ? Q : never
type PlacesOf<M extends Method, P extends OwnerPath> = ParametersOf<M, P> extends { path: infer Q } ? Q : never

interface Given<M extends Method, P extends OwnerPath> {
  path?: PlacesOf<M, P>
  query?: QueryOf<M, P>
  body?: BodyOf<M, P> | ArrayBuffer
  /** One key for each intent: a second tap shows the first result. */
  key?: string
}

const RETRIES = 3
const FIRST_WAIT_MS = 300
const TIMEOUT_MS = 30_000
const TEMPORARY = [502, 503, 504]
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

interface Sent {
  method: Method
  path: string
  data?: string | ArrayBuffer
  headers: Record<string, string>
}

interface Response {
  status: number
  body: unknown
}

async function once({ method, path, data, headers }: Sent): Promise<Response> {
  const url = `${await platform.server()}${path}`
  const began = Date.now()
  return new Promise((resolve, reject) =>
    uni.request({
      url,
      method: method.toUpperCase() as 'GET',
      data,
      header: headers,
      timeout: TIMEOUT_MS,
      success: ({ statusCode, data: body }) => {
        platform.answered({ method: method.toUpperCase(), path: path.split('?')[0] ?? '', status: statusCode, milliseconds: Date.now() - began })
        resolve({ status: statusCode, body })
      },
      fail: () => reject(new Unreachable()),
    }),
  )
}

async function send(sent: Sent): Promise<Response> {
  const retries = sent.method === 'get' || sent.headers['Idempotency-Key'] ? RETRIES : 0
  for (let tried = 0; ; tried += 1) {
    try {
      const response = await once(sent)
      if (tried >= retries || !TEMPORARY.includes(response.status)) return response
    } catch (reason) {
      if (tried >= retries) throw reason
    }
    await pause(FIRST_WAIT_MS * 2 ** tried * (0.5 + Math.random()))
  }
}

function problemOf({ status, body }: Response): ApiError {
  const { error } = (body ?? {}) as { error?: { code: string; message: string; details?: { request_id?: string } } }
  if (!error?.code) return new ApiError(status, 'unexpected', '没有处理成功，请稍后再试。')
  return new ApiError(status, error.code, error.message, error.details?.request_id ?? null)
}

function addressOf(template: string, places: Record<string, unknown> = {}, query: Record<string, unknown> = {}): string {
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(places[name])))
  const given = Object.entries(query).filter(([, value]) => value != null && value !== '')
  return given.length ? `${path}?${given.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join('&')}` : path
}

/** The answer of the sign-in: who is signed in, and what is still missing. */
export type Session = Answer<'post', '/api/owner/sessions'>
let session: Promise<Session> | null = null

/** What the dealer group calls itself, as the last sign-in told; our own name until then. */
export const groupName = ref('WeDealer')

async function signIn(): Promise<Session> {
  const data = JSON.stringify({ js_code: await platform.login() })
  const response = await send({ method: 'post', path: '/api/owner/sessions', data, headers: { 'Content-Type': 'application/json' } })
  if (response.status !== 201) throw problemOf(response)
  const begun = response.body as Session
  groupName.value = begun.group || groupName.value
  return begun
}

/** The session of this start of the app, begun once however many pages ask at the same time. */
export function signedIn(): Promise<Session> {
  if (!session) {
    const begun = signIn()
    session = begun
    begun.catch(() => session === begun && (session = null))
  }
  return session
}

export function forgetSession(): void {
  session = null
}

export async function call<M extends Method, P extends PathOf<M>>(method: M, template: P, given: Given<M, P> = {}): Promise<Answer<M, P>> {
  const isRaw = given.body instanceof ArrayBuffer
  const data = given.body === undefined ? undefined : isRaw ? (given.body as ArrayBuffer) : JSON.stringify(given.body)
  const path = addressOf(template, given.path as Record<string, unknown>, given.query as Record<string, unknown>)
  for (let isSecond = false; ; isSecond = true) {
    const mine = signedIn()
    const headers: Record<string, string> = { Authorization: `Bearer ${(await mine).token}`, Accept: 'application/json' }
    if (data !== undefined) headers['Content-Type'] = isRaw ? 'application/octet-stream' : 'application/json'
    if (given.key) headers['Idempotency-Key'] = given.key
    const response = await send({ method, path, data, headers })
    if (response.status === 401 && !isSecond) {
      if (session === mine) forgetSession()
      continue
    }
    if (response.status >= 200 && response.status < 300) return response.body as Answer<M, P>
    throw problemOf(response)
  }
}

/** Show a PDF of ours to the owner, by their session. */
export async function showPdf(template: OwnerPath, places: Record<string, number>, name: string): Promise<void> {
  const { token } = await signedIn()
  const url = `${await platform.server()}${addressOf(template, places)}`
  try {
    await platform.openPdf({ url, headers: { Authorization: `Bearer ${token}` }, name })
  } catch {
    throw new ApiError(0, 'not_shown', '没打开，请检查网络后再点一次。')
  }
}

/** Read what needs no session. */
export async function callOpenly<P extends PathOf<'get'>>(
  template: P,
  given: { path?: PlacesOf<'get', P>; query?: QueryOf<'get', P> },
): Promise<Answer<'get', P>> {
  const address = addressOf(template, given.path as Record<string, unknown>, given.query as Record<string, unknown>)
  const response = await send({ method: 'get', path: address, headers: { Accept: 'application/json' } })
  if (response.status !== 200) throw problemOf(response)
  return response.body as Answer<'get', P>
}

/** Photos and videos come as paths of our server. */
async function shown<T extends { url: string; poster_url?: string | null }>(photo: T): Promise<T> {
  const server = await platform.server()
  const whole = (path: string): string => (path.startsWith('/') ? `${server}${path}` : path)
  return { ...photo, url: whole(photo.url), ...(photo.poster_url ? { poster_url: whole(photo.poster_url) } : {}) }
}

export const allShown = <T extends { url: string; poster_url?: string | null }>(photos: T[]): Promise<T[]> => Promise.all(photos.map(shown))
