/** The signed-in person as the whole console sees them. */
import { ref } from 'vue'
import { setClock } from '@shared/clock'
import * as api from '@/api/session'

export const session = ref<api.Session | null>(null)

function keep(value: api.Session): api.Session {
  setClock(value.now)
  session.value = value
  return value
}

/** The session of this browser; asks the server once. Raises ApiError 401 when nobody is signed in. */
export async function requireSession(): Promise<api.Session> {
  return session.value ?? keep(await api.readSession())
}

/** Read again: the clock has moved or an approval has come. */
export async function refreshSession(): Promise<void> {
  keep(await api.readSession())
}

export async function becomeDemoPerson(userId: number): Promise<void> {
  keep(await api.signInAs(userId))
}

export async function leave(): Promise<void> {
  await api.signOut()
  session.value = null
}
