/** The server's own types over the console's own connection: retries, keys and refusals as everywhere. */
import createClient from 'openapi-fetch'
import { http } from './client'
import type { components, paths } from '@shared/api/schema'

export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name]

export const api = createClient<paths>({ baseUrl: globalThis.location?.origin, fetch: http.fetch })

/** The body of an answer; a refusal was thrown by the connection already. */
export async function take<T>(call: Promise<{ data?: T }>): Promise<T> {
  return (await call).data as T
}

/** The header that makes a repeated write harmless. */
export const keyed = (key: string) => ({ 'Idempotency-Key': key })
