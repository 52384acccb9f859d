/** One thing a person means to do: one Idempotency-Key, one run at a time, the first result for every further tap. */
import { ref } from 'vue'
import { ApiError } from '@/api/client'

const HEX = 16
const KEY_DIGITS = 32

/** WeChat has no `crypto`; a key need not be secret, only this person's own. */
export function newKey(): string {
  return Array.from({ length: KEY_DIGITS }, () => Math.floor(Math.random() * HEX).toString(HEX)).join('')
}

export function useIntent() {
  const pending = ref(false)
  const problem = ref('')
  let key = newKey()
  let running: Promise<unknown> | null = null

  /**
   * Run the act. While it runs, another call gets the same promise. The key is kept when no answer came, so a retry
   * cannot act twice; an answer of any kind ends the intent and the next run gets a new key. A failure is told in
   * `problem`, and the promise gives undefined.
   */
  function run<T>(act: (key: string) => Promise<T>): Promise<T | undefined> {
    if (running) return running as Promise<T | undefined>
    pending.value = true
    problem.value = ''
    const work = (async () => {
      try {
        const result = await act(key)
        key = newKey()
        return result
      } catch (reason) {
        if (reason instanceof ApiError) key = newKey()
        problem.value = reason instanceof Error ? reason.message : String(reason)
        return undefined
      } finally {
        pending.value = false
        running = null
      }
    })()
    running = work
    return work
  }

  return { run, pending, problem }
}
