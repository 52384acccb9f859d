/** The staff API signed in as the person whose step it is, with the server's own types: what fits no longer fails the type check. */
import createClient, { type Client } from 'openapi-fetch'
import { ref } from 'vue'
import type { components, paths } from '@shared/api/schema'
import { ApiError, createHttp } from '@shared/http'
import { control } from '@/control/api'
import { world } from '@/control/world'

export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name]
/** A picture goes in as its raw bytes. */
export type Staff = Client<paths> & { keep: (picture: Blob) => Promise<Schema<'MediaOut'>> }

const NOBODY = '演示数据里没有这位同事。'
/** Grows when the clock jumped over the end of everybody's session. */
export const sessionsBegun = ref(0)
const signedIn = new Map<string, Promise<Staff>>()

export const productUrl = (): string => world.value?.product_url ?? location.origin

/** The staff API as this member of WeCom. */
export function as(userid: string): Promise<Staff> {
  const known = signedIn.get(userid)
  if (known) return known
  const coming = clientOf(userid)
  signedIn.set(userid, coming)
  coming.catch(() => signedIn.delete(userid))
  return coming
}

/** After the clock has moved, old sessions are over. */
export function forgetSessions(): void {
  signedIn.clear()
  sessionsBegun.value += 1
}

export async function useridOf(name: string): Promise<string> {
  const { staff } = await control.staff()
  const found = staff.find((member) => member.name === name)
  if (!found) throw new Error(NOBODY)
  return found.userid
}

export const asNamed = async (name: string): Promise<Staff> => as(await useridOf(name))

/** The body of an answer; a refusal was thrown by the connection already. */
export async function take<T>(call: Promise<{ data?: T }>): Promise<T> {
  return (await call).data as T
}

async function signIn(userid: string): Promise<string> {
  const open = createClient<paths>({ baseUrl: productUrl(), fetch: createHttp().fetch })
  const [{ staff }, { people }] = await Promise.all([control.staff(), take(open.GET('/api/staff/sign-in'))])
  const name = staff.find((member) => member.userid === userid)?.name
  const person = people.find((entry) => entry.name === name)
  if (!person) throw new Error(NOBODY)
  const { token } = await take(open.POST('/api/staff/sessions', { body: { staff_id: person.id, code: null, state: '', address: null } }))
  return token
}

/** A reader may move the clock past the end of a session, so a request that comes too late signs in and is made once more. */
async function clientOf(userid: string): Promise<Staff> {
  let token = await signIn(userid)
  const http = createHttp({ baseUrl: productUrl(), token: () => token })
  const renewing = async <T>(ask: () => Promise<T>): Promise<T> => {
    try {
      return await ask()
    } catch (reason) {
      if (!(reason instanceof ApiError && reason.status === 401)) throw reason
      token = await signIn(userid)
      return ask()
    }
  }
  const keep = (picture: Blob) => renewing(() => http.post<Schema<'MediaOut'>>('/api/staff/media', { body: picture }))
  const client = createClient<paths>({ baseUrl: productUrl(), fetch: (request) => renewing(() => http.fetch(request.clone())) })
  return Object.assign(client, { keep })
}
