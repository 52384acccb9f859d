/** A marketer's own words while they are typed: what the channel takes, and the server's word on them a moment after each change. */
import { computed, onScopeDispose, reactive, shallowRef, toRef, watch } from 'vue'
import { readContentKit, tryContent, type ContentKit, type TriedContent } from '@/api/campaign-contents'
import type { Typed } from './broadcast-draft'

/** The part of a draft that says what people get. */
export type TypedWords = Pick<Typed, 'isOwn' | 'channel' | 'couponId' | 'text' | 'attachments'>

const TRY_AFTER_MS = 400
const VARIABLE = /\{([^{}]*)\}/g

/** How long the words can become, in the unit of the channel; a variable counts as its longest value. */
export function lengthOf(text: string, kit: ContentKit): number {
  let variables = 0
  const rest = text.trim().replace(VARIABLE, (typed: string, word: string) => {
    const known = kit.variables.find((each) => each.word === word)
    if (!known) return typed
    variables += known.longest
    return ''
  })
  return variables + (kit.in_bytes ? new TextEncoder().encode(rest).length : rest.length)
}

export const variablesFor = (kit: ContentKit, hasCoupon: boolean) => kit.variables.filter((each) => hasCoupon || !each.of_coupon)

export function useOwnWords(form: TypedWords, doors = { kit: readContentKit, try: tryContent }) {
  const kit = shallowRef<ContentKit | null>(null)
  const trial = shallowRef<TriedContent | null>(null)
  let timer: ReturnType<typeof setTimeout> | undefined
  let asking: AbortController | undefined

  async function readKit(): Promise<void> {
    if (!form.isOwn || !form.channel || kit.value?.channel === form.channel) return
    kit.value = await doors.kit(form.channel).catch(() => kit.value)
  }

  async function tryNow(): Promise<void> {
    asking?.abort()
    if (!form.isOwn || !form.channel) return void (trial.value = null)
    const mine = (asking = new AbortController())
    const body = { channel: form.channel, coupon_template_id: form.couponId || null, words: { text: form.text, attachments: form.attachments } }
    const found = await doors.try(body, mine.signal).catch(() => null)
    if (found && !mine.signal.aborted) trial.value = found
  }

  const said = () => JSON.stringify([form.isOwn, form.channel, form.couponId, form.text, form.attachments])
  watch(said, () => {
    clearTimeout(timer)
    void readKit()
    timer = setTimeout(() => void tryNow(), TRY_AFTER_MS)
  }, { immediate: true })
  onScopeDispose(() => {
    clearTimeout(timer)
    asking?.abort()
  })

  /** What has to be changed before the words can be kept. */
  const problems = computed(() => (form.isOwn ? (trial.value?.problems ?? []) : []))
  return { kit, trial, problems }
}

/** The same for version B, which has the attachments of version A; what is wrong with these is said there. */
export function useVersionB(form: Typed, doors?: Parameters<typeof useOwnWords>[1]) {
  const written = reactive({
    isOwn: computed(() => form.isOwn && form.hasB),
    channel: toRef(form, 'channel'),
    couponId: toRef(form, 'couponId'),
    text: toRef(form, 'textB'),
    attachments: toRef(form, 'attachments'),
  })
  const { trial, problems } = useOwnWords(written, doors)
  return { trial, problems: computed(() => problems.value.filter(({ attachment }) => attachment === 0)) }
}
