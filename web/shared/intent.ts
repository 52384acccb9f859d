/** One thing a person means to do: one Idempotency-Key, one run at a time, the first result for every further tap. */
import { ref } from 'vue'
import { ApiError } from './http'

export function newKey(): string {
  return crypto.randomUUID()
}

export function useIntent() {
  const pending = ref(false)
  const error = ref<Error | null>(null)
  let key = newKey()
  let running: Promise<unknown> | null = null

  /**
   * Run the act. While it runs, another call gets the same promise. The key is kept when no answer came, so a retry
   * cannot act twice; an answer of any kind ends the intent and the next run gets a new key.
   * Failures are kept in `error` and the promise gives undefined.
   */
  function run<T>(act: (key: string) => Promise<T>): Promise<T | undefined> {
    if (running) return running as Promise<T | undefined>
    pending.value = true
    error.value = null
    const work = act(key)
      .then((result) => {
        key = newKey()
        return result
      })
      .catch((reason: unknown) => {
        if (reason instanceof ApiError) key = newKey()
        error.value = reason instanceof Error ? reason : new Error(String(reason))
        return undefined
      })
      .finally(() => {
        pending.value = false
        running = null
      })
    running = work
    return work
  }

  return { run, pending, error }
}
