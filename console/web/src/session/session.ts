/** The signed-in person as the whole console sees them. */
import { computed, ref } from 'vue'
import { setClock } from '@shared/clock'
import { draftsOf, forgetDrafts, mine } from '@shared/draft'
import { dropAllPending } from '@shared/pending'
import { currentToken, keepToken } from '@/api/client'
import * as api from '@/api/session'
import { joinStory } from './story'

export const session = ref<api.Session | null>(null)

/** The store this person works in, or the first they look after. */
export const store = computed(() => {
  const mine = session.value
  return mine?.stores.find((each) => each.id === mine.store_id) ?? mine?.stores[0] ?? null
})

let inStory = false

function keep(value: api.Session): api.Session {
  setClock(value.now)
  if (value.is_demo && !inStory) {
    inStory = true
    joinStory()
  }
  session.value = value
  draftsOf(String(value.id))
  return value
}

/** The session of this tab; asks the server once. Null when nobody is signed in here. Raises ApiError 401 when it ended. */
export async function findSession(): Promise<api.Session | null> {
  if (session.value) return session.value
  return currentToken() ? keep(await api.readMe()) : null
}

/** Sign this tab in, by WeCom's code or as a person chosen in the demo. */
export async function enter(credentials: api.Credentials): Promise<api.Session> {
  keepToken((await api.signIn(credentials)).token)
  return keep(await api.readMe())
}

/** Sign out: what this person began in this browser leaves it with them. */
export async function leave(): Promise<void> {
  await api.signOut().catch(() => undefined)
  await dropAllPending(mine('')).catch(() => undefined)
  forgetDrafts()
  forget()
}

/** This tab no longer knows anybody. */
export function forget(): void {
  keepToken(null)
  session.value = null
}
