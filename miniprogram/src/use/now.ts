import { onScopeDispose, readonly, ref, type Ref } from 'vue'
import { platform } from '@/platform'

const MINUTE_MS = 60_000

/** The business time as a value that moves, once a minute unless told otherwise. */
export function useNow(everyMs = MINUTE_MS): Readonly<Ref<Date>> {
  const value = ref(platform.now())
  const timer = setInterval(() => (value.value = platform.now()), everyMs)
  onScopeDispose(() => clearInterval(timer))
  return readonly(value) as Readonly<Ref<Date>>
}
