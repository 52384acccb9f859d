/**
 * A broadcast while it is written: what is typed, and what a colleague saved meanwhile beside it. A draft saves itself;
 * what is changed of one that was handed in is kept in the browser until it is handed in again.
 */
import { computed, onScopeDispose, reactive, ref, shallowRef, watch } from 'vue'
import { now } from '@shared/clock'
import { useLeft } from '@shared/draft'
import type { Change } from '@shared/form'
import { fieldTime, momentOfField } from '@shared/format'
import { ApiError } from '@shared/http'
import { useIntent } from '@shared/intent'
import type { Attachment, Words } from '@/api/campaign-contents'
import { editBroadcast, readBroadcast, type Broadcast } from '@/api/broadcasts'

const SAVE_AFTER_MS = 2000
const FEN_PER_YUAN = 100

/** A further channel; empty words stand for the written ones. */
export interface TypedWay {
  channel: string
  afterDays: number
  text: string
  attachments: Attachment[]
}

export interface Typed {
  name: string
  segmentId: number
  channel: string
  ways: TypedWay[]
  line: string
  /** Whether the marketer writes all the words; then `text` and `attachments` are what they wrote. */
  isOwn: boolean
  text: string
  attachments: Attachment[]
  /** Whether half of the people get `textB` instead of `text`, with the same attachments; only with own words. */
  hasB: boolean
  textB: string
  /** 0: it gives no coupon. */
  couponId: number
  control: number
  budget: number
  start: string
}

const WORDS: Record<keyof Typed, string> = { name: '名称', segmentId: '分群', channel: '渠道', ways: '接着用', line: '开头一句', isOwn: '自己写', text: '文字', attachments: '附件', hasB: '版本 B', textB: '版本 B 的文字', couponId: '卡券', control: '对照组', budget: '预算', start: '开始时间' }

export const asTyped = (of: Broadcast): Typed => ({
  name: of.name,
  segmentId: of.segment_id ?? 0,
  channel: of.channel,
  ways: of.ways.map((way) => ({ channel: way.channel, afterDays: way.after_days, text: way.words.text, attachments: way.words.attachments.map((each) => ({ ...each })) })),
  line: of.season_line,
  isOwn: of.is_own,
  text: of.is_own ? of.words.text : '',
  attachments: of.is_own ? of.words.attachments.map((each) => ({ ...each })) : [],
  hasB: of.version_b != null,
  textB: of.version_b?.words.text ?? '',
  couponId: of.coupon_template_id ?? 0,
  control: of.control_percent,
  budget: of.budget_fen / FEN_PER_YUAN,
  start: of.starts_at ? fieldTime(of.starts_at) : '',
})

const bodyOf = (form: Typed) => ({
  name: form.name.trim(),
  segment_id: form.segmentId,
  channel: form.channel,
  ways: form.ways.map((way) => ({ channel: way.channel, after_days: way.afterDays, words: way.text.trim() ? { text: way.text.trim(), attachments: way.attachments } : null })),
  season_line: form.isOwn ? '' : form.line.trim(),
  words: form.isOwn ? { text: form.text.trim(), attachments: form.attachments } : null,
  words_b: form.isOwn && form.hasB ? { text: form.textB.trim(), attachments: form.attachments } : null,
  coupon_template_id: form.couponId || null,
  control_percent: form.control,
  budget_fen: Math.round(form.budget * FEN_PER_YUAN),
  starts_at: form.start ? momentOfField(form.start) : null,
})

const sameMoment = (one: string | null, other: string | null): boolean =>
  one == null || other == null ? one === other : new Date(one).getTime() === new Date(other).getTime()

const sameWords = (typed: { text: string; attachments: Attachment[] } | null, kept: Broadcast): boolean => {
  const plain = (words: Pick<Words, 'text' | 'attachments'>) => [words.text, words.attachments.map((one) => [one.kind, one.title, one.target, one.description, one.picture])]
  return typed && kept.is_own ? JSON.stringify(plain(typed)) === JSON.stringify(plain(kept.words)) : !typed && !kept.is_own
}

const sameWays = (form: Typed, kept: Broadcast): boolean => JSON.stringify(bodyOf(form).ways) === JSON.stringify(bodyOf(asTyped(kept)).ways)

/** Whether what is typed differs from what is kept. */
export function isChanged(form: Typed, kept: Broadcast): boolean {
  const { starts_at: start, words, words_b: wordsB, ways: _, ...rest } = bodyOf(form)
  return !sameMoment(start, kept.starts_at) || !sameWords(words, kept) || wordsB?.text !== kept.version_b?.words.text || !sameWays(form, kept) || Object.entries(rest).some(([name, value]) => kept[name as keyof Broadcast] !== value)
}

const copyOf = (form: Typed): Typed => ({ ...form, attachments: form.attachments.map((each) => ({ ...each })), ways: form.ways.map((each) => ({ ...each, attachments: each.attachments.map((one) => ({ ...one })) })) })

/**
 * `named` tells a choice by its name; `onAudience` hears that people are to be counted again. While `isHeld`, because the
 * words may not go out as they are, what is typed stays in the browser.
 */
export function useBroadcastDraft(
  mayEdit: (broadcast: Broadcast) => boolean,
  named: (field: 'segmentId' | 'couponId' | 'channel', id: number | string) => string,
  onAudience: () => void,
  doors = { edit: editBroadcast, read: readBroadcast },
  isHeld: () => boolean = () => false,
) {
  const broadcast = shallowRef<Broadcast | null>(null)
  const form = reactive<Typed>({ name: '', segmentId: 0, channel: '', ways: [], line: '', isOwn: false, text: '', attachments: [], hasB: false, textB: '', couponId: 0, control: 5, budget: 0, start: '' })
  const savedAt = ref<Date | null>(null)
  const saving = useIntent()
  const acting = useIntent()
  /** What a colleague saved meanwhile, until somebody says whose broadcast it shall be; and what was typed before theirs was taken. */
  const theirs = shallowRef<Broadcast | null>(null)
  const aside = shallowRef<Typed | null>(null)
  let pause: ReturnType<typeof setTimeout> | undefined

  const conflict = computed(() => [saving.error.value, acting.error.value].find((error) => error instanceof ApiError && error.code === 'stale_version'))
  const problem = computed(() => (conflict.value ? null : (saving.error.value ?? acting.error.value)))
  const left = useLeft<Typed>(() => `broadcast.${broadcast.value?.id ?? 0}`)
  const differs = computed(() => broadcast.value != null && isChanged(form, broadcast.value))
  const savesItself = () => broadcast.value?.state === 'DRAFT' && mayEdit(broadcast.value) && !conflict.value && differs.value && !isHeld()

  const worded = (field: keyof Typed, of: Typed): string =>
    field === 'segmentId' || field === 'couponId' || field === 'channel'
      ? named(field, of[field])
      : field === 'ways'
        ? of.ways.map((each) => `${named('channel', each.channel)}（${each.afterDays} 天后）`).join('，') || '没有'
      : field === 'attachments'
        ? of.attachments.map((each, index) => `${index + 1} ${each.title || '图片'}`).join('，') || '没有'
        : field === 'hasB'
          ? of.hasB ? '有' : '没有'
        : field === 'isOwn'
          ? of.isOwn ? '自己写' : '用写好的'
          : String(of[field]).replace('T', ' ')
  const changes = computed<Change[]>(() => {
    if (!theirs.value) return []
    const saved = asTyped(theirs.value)
    return (Object.keys(WORDS) as (keyof Typed)[])
      .filter((field) => JSON.stringify(saved[field]) !== JSON.stringify(form[field]))
      .map((field) => ({ field, word: WORDS[field], theirs: worded(field, saved), mine: worded(field, form) }))
  })

  function take(next: Broadcast): void {
    broadcast.value = next
    Object.assign(form, asTyped(next))
  }

  /** Saves what differs; undefined when it could not. */
  async function save(): Promise<Broadcast | undefined> {
    clearTimeout(pause)
    const before = broadcast.value
    if (!before || !mayEdit(before) || !differs.value) return before ?? undefined
    const kept = await saving.run(() => doors.edit(before.id, { ...bodyOf(form), version: before.version }))
    if (!kept) {
      left.keep(copyOf(form))
      return undefined
    }
    broadcast.value = kept
    savedAt.value = now()
    left.forget()
    if (kept.segment_id !== before.segment_id || kept.channel !== before.channel || JSON.stringify(kept.ways) !== JSON.stringify(before.ways) || kept.control_percent !== before.control_percent) onAudience()
    return kept
  }

  function settle(): void {
    saving.error.value = acting.error.value = null
    theirs.value = null
  }

  async function takeNewest(): Promise<void> {
    const newest = theirs.value ?? (broadcast.value && (await doors.read(broadcast.value.id)))
    aside.value = copyOf(form)
    settle()
    if (newest) take(newest)
  }

  async function takeMine(): Promise<void> {
    if (theirs.value) broadcast.value = theirs.value
    settle()
    await save()
  }

  function takeBack(): void {
    Object.assign(form, aside.value)
    aside.value = null
  }

  watch(conflict, async (found) => {
    if (found && broadcast.value) theirs.value = await doors.read(broadcast.value.id).catch(() => null)
  })
  /** Replaces the broadcast's values by the draft that was left. */
  function goOn(): void {
    Object.assign(form, left.left.value)
    left.left.value = null
  }

  watch(form, () => {
    clearTimeout(pause)
    const of = broadcast.value
    if (of && (of.state !== 'DRAFT' || isHeld()) && mayEdit(of) && differs.value) left.keep(copyOf(form))
    if (savesItself()) pause = setTimeout(() => void save(), SAVE_AFTER_MS)
  })
  onScopeDispose(() => {
    clearTimeout(pause)
    if (savesItself()) void save()
  })

  return { broadcast, form, differs, left, goOn, savedAt, saving, acting, conflict, problem, changes, aside, take, save, takeNewest, takeMine, takeBack }
}
