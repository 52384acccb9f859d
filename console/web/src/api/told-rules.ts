/** Policies inside sentences. A store can change these numbers, so pages must not write them out. */
import { shallowRef, watch } from 'vue'
import { api, take } from './typed'

const readToldRules = (storeId: number | null) =>
  take(api.GET('/api/staff/policies/told', { params: { query: { store_id: storeId ?? undefined } } }))

/**
 * `told('{complaints.answer_within_hours}内响应')` is 「1 小时内响应」 in a store where that holds now; '' until it is known.
 * The store is null for what the group decides, undefined while a page does not know it yet.
 */
export function useRules(store: () => number | null | undefined = () => null): (sentence: string) => string {
  const words = shallowRef<ReadonlyMap<string, string>>(new Map())
  watch(
    store,
    async (id) => {
      if (id === undefined) return
      const rules = await readToldRules(id).catch(() => [])
      if (store() === id) words.value = new Map(rules.map(({ rule, told }) => [rule, told]))
    },
    { immediate: true },
  )
  return (sentence) => {
    const parts = sentence.split(/\{([\w.]+)\}/).map((part, index) => (index % 2 ? words.value.get(part) : part))
    return parts.includes(undefined) ? '' : parts.join('')
  }
}
