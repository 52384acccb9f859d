/** The business clock in the page. The demo moves it, so pages never read the machine's own date. */
import { onScopeDispose, readonly, ref, type Ref } from 'vue'

let offsetMs = 0

/** Follow the server's clock; call with the instant it last told. */
export function setClock(serverNow: string): void {
  offsetMs = new Date(serverNow).getTime() - Date.now()
}

export function now(): Date {
  return new Date(Date.now() + offsetMs)
}

/** The time as a value that moves, once a second unless told otherwise. */
export function useNow(everyMs = 1000): Readonly<Ref<Date>> {
  const value = ref(now())
  const timer = setInterval(() => (value.value = now()), everyMs)
  onScopeDispose(() => clearInterval(timer))
  return readonly(value) as Readonly<Ref<Date>>
}
