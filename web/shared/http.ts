/**
 * The one way pages talk to our server.
 *
 * A GET, or a write that carries its Idempotency-Key, is retried with jitter when the network or the server is away;
 * nothing else is ever sent twice. Refusals become `ApiError`; no answer at all becomes `Unreachable`, whose outcome is
 * unknown and must be told so.
 */
import { readonly, ref } from 'vue'

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: Record<string, unknown> = {},
    /** Small number a person can read out to support. */
    readonly requestId: string | null = null,
  ) {
    super(message)
  }
}

export class Unreachable extends Error {
  constructor() {
    super('还不知道结果，正在查。')
  }
}

const RETRIES = 3
const FIRST_WAIT_MS = 300
/** After this long the page says it is waiting, rather than looking frozen. */
const SLOW_MS = 5000
const TEMPORARY = new Set([502, 503, 504])

const slow = ref(0)
/** How many requests have been waiting longer than five seconds. */
export const slowRequests = readonly(slow)

export type Query = Record<string, string | number | boolean | null | undefined>

export interface HttpOptions {
  baseUrl?: string
  token?: () => string | null
  onUnauthenticated?: () => void
  /** Called with every answer, so that the demo can show the traffic. */
  onAnswer?: (answer: { method: string; path: string; status: number; milliseconds: number; businessTime: string | null }) => void
}

export interface SendOptions {
  body?: unknown
  query?: Query
  /** One key for each intent, so that a second tap shows the first result. */
  key?: string
  signal?: AbortSignal
}

export interface UploadOptions {
  query?: Query
  /** The part that has been sent, 0 to 1. */
  onProgress?: (part: number) => void
  signal?: AbortSignal
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

async function problemOf(response: Response): Promise<ApiError> {
  const requestId = response.headers.get('X-Request-ID')
  const body = (await response.json().catch(() => null)) as { error?: Partial<ApiError> } | null
  const error = body?.error
  if (!error?.code) return new ApiError(response.status, 'unexpected', '没有处理成功，请稍后再试。', {}, requestId)
  return new ApiError(response.status, error.code, error.message ?? '', error.details ?? {}, requestId)
}

/** A file as the raw body over XMLHttpRequest: `fetch` cannot report the progress of an upload. */
function uploaded(url: URL, file: Blob, headers: Record<string, string>, { onProgress, signal }: UploadOptions): Promise<Response> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', url)
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value)
    request.upload.onprogress = (event) => event.lengthComputable && onProgress?.(event.loaded / event.total)
    request.onload = () => resolve(new Response(request.responseText, { status: request.status, headers: { 'X-Request-ID': request.getResponseHeader('X-Request-ID') ?? '' } }))
    request.onerror = () => reject(new Unreachable())
    request.onabort = () => reject(new DOMException('', 'AbortError'))
    signal?.addEventListener('abort', () => request.abort())
    request.send(file)
  })
}

async function attempt(request: Request, retries: number): Promise<Response> {
  for (let tried = 0; ; tried += 1) {
    const last = tried >= retries
    try {
      const response = await fetch(request.clone())
      if (last || !TEMPORARY.has(response.status)) return response
    } catch (error) {
      if (request.signal.aborted) throw error
      if (last) throw new Unreachable()
    }
    await pause(FIRST_WAIT_MS * 2 ** tried * (0.5 + Math.random()))
  }
}

async function watched(request: Request): Promise<Response> {
  const repeatable = request.method === 'GET' || request.headers.has('Idempotency-Key')
  let counted = false
  const timer = setTimeout(() => {
    counted = true
    slow.value += 1
  }, SLOW_MS)
  try {
    return await attempt(request, repeatable ? RETRIES : 0)
  } finally {
    clearTimeout(timer)
    if (counted) slow.value -= 1
  }
}

function withQuery(path: string, query: Query = {}): string {
  const given = Object.entries(query).filter(([, value]) => value != null && value !== '')
  if (given.length === 0) return path
  return `${path}?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`
}

export type Http = ReturnType<typeof createHttp>

export function createHttp(options: HttpOptions = {}) {
  /** `fetch` with our retries and errors; also what openapi-fetch is given. */
  async function send(request: Request): Promise<Response> {
    const token = options.token?.()
    if (token) request.headers.set('Authorization', `Bearer ${token}`)
    const startedAt = performance.now()
    const response = await watched(request)
    const { method } = request
    const milliseconds = Math.round(performance.now() - startedAt)
    const businessTime = response.headers.get('X-Business-Time')
    options.onAnswer?.({ method, path: new URL(request.url).pathname, status: response.status, milliseconds, businessTime })
    if (response.ok) return response
    const problem = await problemOf(response)
    if (problem.status === 401) options.onUnauthenticated?.()
    throw problem
  }

  async function call<T>(method: string, path: string, { body, query, key, signal }: SendOptions = {}): Promise<T> {
    const isRaw = body instanceof FormData || body instanceof Blob
    const headers = new Headers({ Accept: 'application/json' })
    if (body !== undefined && !isRaw) headers.set('Content-Type', 'application/json')
    if (key) headers.set('Idempotency-Key', key)
    const url = new URL(withQuery(path, query), options.baseUrl ?? location.origin)
    const payload = body === undefined ? undefined : isRaw ? body : JSON.stringify(body)
    const response = await send(new Request(url, { method, headers, body: payload, signal }))
    return (response.status === 204 ? undefined : await response.json()) as T
  }

  /** Never repeated automatically; the page it leads to shows the result. */
  async function upload<T>(path: string, file: Blob, sent: UploadOptions = {}): Promise<T> {
    const token = options.token?.()
    const url = new URL(withQuery(path, sent.query), options.baseUrl ?? location.origin)
    const response = await uploaded(url, file, { Accept: 'application/json', ...(token && { Authorization: `Bearer ${token}` }) }, sent)
    if (response.ok) return (await response.json()) as T
    const problem = await problemOf(response)
    if (problem.status === 401) options.onUnauthenticated?.()
    throw problem
  }

  return {
    fetch: send,
    upload,
    get: <T>(path: string, query?: Query, signal?: AbortSignal) => call<T>('GET', path, { query, signal }),
    post: <T>(path: string, sent?: SendOptions) => call<T>('POST', path, sent),
    put: <T>(path: string, sent?: SendOptions) => call<T>('PUT', path, sent),
    patch: <T>(path: string, sent?: SendOptions) => call<T>('PATCH', path, sent),
    delete: <T>(path: string, sent?: SendOptions) => call<T>('DELETE', path, sent),
  }
}
