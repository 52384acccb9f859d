/** Counts the people of a definition a moment after it changed; what is not clear is told at its own row. */
import { nextTick, onBeforeUnmount, ref, shallowRef, watch, type ComputedRef, type Ref } from 'vue'
import { ApiError } from '@shared/http'
import { previewSegment, type SegmentPreview } from '@/api/segments'
import { problemWords } from './conditions'

const COUNT_AFTER_MS = 400

/** `definition` changes with `asText`; whom `channel` reaches is counted (the usual one where it is null); `focus` puts the cursor into the row of a path, when nobody is in it already. */
export function useCount(definition: ComputedRef<Record<string, unknown>>, asText: ComputedRef<string>, channel: Ref<string | null>, focus: (path: string) => void) {
  const preview = shallowRef<SegmentPreview | null>(null)
  const counting = ref(false)
  const tookMs = ref(0)
  const problems = ref<Record<string, string>>({})
  const error = ref<Error | null>(null)
  let asked: AbortController | null = null
  let pause: ReturnType<typeof setTimeout> | undefined

  async function recount(): Promise<void> {
    asked?.abort()
    const mine = (asked = new AbortController())
    counting.value = true
    const began = performance.now()
    try {
      const counted = await previewSegment(definition.value, channel.value, mine.signal)
      if (mine.signal.aborted) return
      preview.value = counted
      tookMs.value = performance.now() - began
      problems.value = {}
      error.value = null
    } catch (reason) {
      if (!mine.signal.aborted) await explain(reason as Error)
    } finally {
      if (asked === mine) counting.value = false
    }
  }

  /** 「第 3 条缺日期。」; the count shows – until it is clear. */
  async function explain(reason: Error): Promise<void> {
    const found = reason instanceof ApiError ? (reason.details.problems as { path: string; message: string }[] | undefined) : undefined
    if (!found) return void (error.value = reason)
    preview.value = null
    problems.value = Object.fromEntries(found.map((each) => [each.path, problemWords(each.path, each.message)]))
    await nextTick()
    if (found[0]) focus(found[0].path)
  }

  watch([asText, channel], () => {
    clearTimeout(pause)
    counting.value = true
    pause = setTimeout(() => void recount(), COUNT_AFTER_MS)
  })
  onBeforeUnmount(() => {
    clearTimeout(pause)
    asked?.abort()
  })

  return { preview, counting, tookMs, problems, error, recount }
}
