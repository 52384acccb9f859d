/** The signed-in person as the whole console sees them. */
import { ref } from 'vue'
import { setClock } from '@shared/clock'
import { currentToken, keepToken } from '@/api/client'
import * as api from '@/api/session'
import { joinStory } from './story'

export const session = ref<api.Session | null>(null)

let inStory = false

function keep(value: api.Session): api.Session {
  setClock(value.now)
  if (value.environment === 'demo' && !inStory) {
    inStory = true
    joinStory()
  }
  session.value = value
  return value
}

/** The session of this tab; asks the server once. Null when nobody is signed in here. Raises ApiError 401 when it ended. */
export async function findSession(): Promise<api.Session | null> {
  if (session.value) return session.value
  return currentToken() ? keep(await api.readSession()) : null
}

/** Read again: the clock has moved or an approval has come. */
export async function refreshSession(): Promise<void> {
  keep(await api.readSession())
}

function enter(signedIn: api.SignedIn): void {
  keepToken(signedIn.token)
  keep(signedIn)
}

export async function becomeDemoPerson(userId: number): Promise<void> {
  enter(await api.signInAs(userId))
}

export async function enterFromWeCom(code: string): Promise<void> {
  enter(await api.signInWithCode(code))
}

export async function leave(): Promise<void> {
  await api.signOut().catch(() => undefined)
  keepToken(null)
  session.value = null
}
