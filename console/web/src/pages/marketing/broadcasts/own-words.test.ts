import { describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, reactive } from 'vue'
import type { ContentKit, TriedContent } from '@/api/campaign-contents'
import type { Typed } from './broadcast-draft'
import { lengthOf, useOwnWords, useVersionB, variablesFor } from './own-words'

const kit: ContentKit = {
  channel: 'WECOM_MASS', opt_out: ['退订'], longest: 4000, in_bytes: true, kinds: ['LINK'], most_attachments: 9, pages: [],
  variables: [{ word: '门店', example: '南山店', longest: 30, of_coupon: false }, { word: '卡券', example: '立减', longest: 36, of_coupon: true }],
}

describe('own words', () => {
  it('are as long as they can become, in the unit of the channel', () => {
    expect(lengthOf(' {门店}好。 ', kit)).toBe(36)
    expect(lengthOf('{门店}好。', { ...kit, in_bytes: false })).toBe(32)
    expect(lengthOf('{名字}', kit)).toBe(8)
  })

  it('may contain the variables of a coupon only where one is given', () => {
    expect(variablesFor(kit, false).map(({ word }) => word)).toEqual(['门店'])
    expect(variablesFor(kit, true)).toHaveLength(2)
  })

  it('are tried a moment after the last change, and a later answer wins', async () => {
    vi.useFakeTimers()
    const form = reactive({ isOwn: true, channel: 'WECOM_MASS', couponId: 0, text: '一', attachments: [] } as unknown as Typed)
    const said = vi.fn(async (body: { words: { text: string } }) => ({ problems: [{ sentence: body.words.text, attachment: 0 }], text: '', attachments: [] }) as TriedContent)
    const words = effectScope().run(() => useOwnWords(form, { kit: async () => kit, try: said }))!
    form.text = '一二'
    await nextTick()
    await vi.advanceTimersByTimeAsync(500)
    expect(said).toHaveBeenCalledTimes(1)
    expect(words.problems.value).toEqual([{ sentence: '一二', attachment: 0 }])
    form.isOwn = false
    await nextTick()
    expect(words.problems.value).toEqual([])
    vi.useRealTimers()
  })

  it('of version B are tried with the attachments of version A, of which nothing is said twice', async () => {
    vi.useFakeTimers()
    const form = reactive({ isOwn: true, channel: 'WECOM_MASS', couponId: 0, text: '甲', attachments: [], hasB: false, textB: '' } as unknown as Typed)
    const said = vi.fn(async (body: { words: { text: string } }) => ({ problems: [{ sentence: body.words.text, attachment: 0 }, { sentence: '少标题', attachment: 1 }], text: '', attachments: [] }) as TriedContent)
    const b = effectScope().run(() => useVersionB(form, { kit: async () => kit, try: said }))!
    await vi.advanceTimersByTimeAsync(500)
    expect(said).not.toHaveBeenCalled()
    Object.assign(form, { hasB: true, textB: '乙' })
    await nextTick()
    await vi.advanceTimersByTimeAsync(500)
    expect(b.problems.value).toEqual([{ sentence: '乙', attachment: 0 }])
    vi.useRealTimers()
  })
})
