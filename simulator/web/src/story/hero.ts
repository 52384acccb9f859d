/** The newcomer the story is about, whoever's phone is shown: their WeChat account and what their own owner API says. */
import createClient from 'openapi-fetch'
import type { paths } from '@api/schema'
import { ApiError, createHttp } from '@shared/http'
import { control } from '@/control/api'
import { productUrl, take } from './people'

export const HERO = { personId: 'zhangwei', seller: 'wangfang' } as const

/** A phone of its own, so that what the story asks is not told as something the owner did. */
function createHero() {
  const baseUrl = productUrl()
  let token: string | null = null
  const { fetch } = createHttp({ baseUrl, token: () => token })
  const api = createClient<paths>({ baseUrl, fetch })

  /** A session ends when the clock jumps over its end. */
  async function asked<T>(ask: () => Promise<{ data?: T }>): Promise<T> {
    const signIn = async () => {
      token = null
      token = (await take(api.POST('/api/owner/sessions', { body: { js_code: await control.login(HERO.personId) } }))).token
    }
    if (!token) await signIn()
    try {
      return await take(ask())
    } catch (reason) {
      if (!(reason instanceof ApiError) || reason.status !== 401) throw reason
      await signIn()
      return take(ask())
    }
  }

  return {
    me: () => asked(() => api.GET('/api/owner/me')),
    vehicles: () => asked(() => api.GET('/api/owner/vehicles')),
    appointments: () => asked(() => api.GET('/api/owner/appointments')),
    orders: () => asked(() => api.GET('/api/owner/repair-orders')),
    items: (vehicle_id: number, store_id: number) =>
      asked(() => api.GET('/api/owner/service-items/{vehicle_id}/{store_id}', { params: { path: { vehicle_id, store_id } } })),
    handOver: (repair_order_id: number) =>
      asked(() => api.GET('/api/owner/repair-orders/{repair_order_id}/hand-over', { params: { path: { repair_order_id } } })),
    gift: (token: string) => asked(() => api.GET('/api/owner/gifts/{token}', { params: { path: { token } } })),
  }
}

let hero_: ReturnType<typeof createHero> | null = null

export function hero(): ReturnType<typeof createHero> {
  hero_ ??= createHero()
  return hero_
}
