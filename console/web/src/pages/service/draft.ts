/** What somebody is typing, kept on the device: leaving never asks, coming back finds it. */
import { onScopeDispose, reactive, watch } from 'vue'

const SAVE_EVERY_MS = 2000

export function useDraft<T extends object>(name: string, empty: T) {
  const key = `wedealer.draft.${name}`
  const draft = reactive({ ...empty, ...read(key) }) as T
  let timer: ReturnType<typeof setTimeout> | undefined

  function save(): void {
    clearTimeout(timer)
    timer = undefined
    localStorage.setItem(key, JSON.stringify(draft))
  }

  const stop = watch(draft, () => (timer ??= setTimeout(save, SAVE_EVERY_MS)), { deep: true })
  onScopeDispose(() => timer && save())

  /** The form was accepted: nothing is left to keep. */
  function forget(): void {
    stop()
    clearTimeout(timer)
    timer = undefined
    localStorage.removeItem(key)
  }

  return { draft, forget }
}

/** What was left unfinished under a name, for pages that open the form again. */
export function unfinished<T extends object>(name: string): Partial<T> {
  return read(`wedealer.draft.${name}`)
}

function read(key: string): object {
  try {
    return JSON.parse(localStorage.getItem(key) ?? '{}') as object
  } catch {
    return {}
  }
}
