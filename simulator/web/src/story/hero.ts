/** The newcomer the story is about, whoever's phone is shown: their WeChat account and their own owner API. */
import { control } from '@/control/api'
import { createOwnerApi, type OwnerApi } from '@/owner/api'
import { productUrl } from './people'

export const HERO = { personId: 'zhangwei', seller: 'wangfang' } as const

let api: OwnerApi | null = null

/** A phone of its own, so that what the story asks is not told as something the owner did. */
export function hero(): OwnerApi {
  api ??= createOwnerApi({ productUrl: productUrl(), login: () => control.login(HERO.personId) })
  return api
}
