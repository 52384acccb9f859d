import { beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick } from 'vue'
import { ApiError } from '@shared/http'
import type { Broadcast } from '@/api/broadcasts'
import { asTyped, isChanged, useBroadcastDraft } from './broadcast-draft'

const kept = new Map<string, string>()
Object.assign(globalThis, {
  localStorage: { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value), removeItem: (key: string) => void kept.delete(key) },
})
const broadcast = (more: Partial<Broadcast> = {}): Broadcast =>
  ({
    id: 7, version: 3, state: 'DRAFT', name: '回店礼', segment_id: 1, channel: 'PAGER', season_line: '天冷了。', coupon_template_id: 2, control_percent: 5,
    budget_fen: 40_000_00, is_own: false, words: { text: '', attachments: [] }, version_b: null, ways: [], starts_at: '2026-11-24T02:00:00+00:00', ...more,
  }) as Broadcast

const doors = { edit: vi.fn(), read: vi.fn() }
const begin = (of: Broadcast, mayEdit = true, isHeld = false) => {
  const draft = effectScope().run(() => useBroadcastDraft(() => mayEdit, (_, id) => `第 ${id} 个`, () => undefined, doors, () => isHeld))!
  draft.take(of)
  return draft
}

beforeEach(() => {
  kept.clear()
  vi.resetAllMocks()
})

describe('a broadcast while it is written', () => {
  it('is unchanged as long as it says the same moment, however it is written', () => {
    const of = broadcast()
    expect(isChanged(asTyped(of), of)).toBe(false)
    expect(isChanged({ ...asTyped(of), name: ' 回店礼 ' }, of)).toBe(false)
    expect(isChanged({ ...asTyped(of), start: '2026-11-24T10:30' }, of)).toBe(true)
    expect(isChanged({ ...asTyped(of), start: '' }, of)).toBe(true)
  })

  it('may give no coupon, which is none and not coupon 0', async () => {
    const without = broadcast({ coupon_template_id: null })
    expect(isChanged(asTyped(without), without)).toBe(false)
    const draft = begin(broadcast())
    draft.form.couponId = 0
    doors.edit.mockResolvedValueOnce(without)
    await draft.save()
    expect(doors.edit.mock.lastCall?.[1]).toMatchObject({ coupon_template_id: null })
  })

  it('keeps own words in the browser while they may not go out, and none of the shipped sentence beside them', async () => {
    const held = begin(broadcast(), true, true)
    Object.assign(held.form, { isOwn: true, text: '全国第一' })
    await nextTick()
    expect([...kept.values()].join()).toContain('全国第一')
    const card = { kind: 'PICTURE' as const, title: '', target: '', description: '', picture: 'k' }
    const own = broadcast({ is_own: true, season_line: '', words: { text: '好', attachments: [card] } })
    expect(isChanged(asTyped(own), own)).toBe(false)
    expect(isChanged({ ...asTyped(own), attachments: [] }, own)).toBe(true)
    const draft = begin(own)
    Object.assign(draft.form, { isOwn: false, line: '天冷了。' })
    doors.edit.mockResolvedValueOnce(broadcast())
    await draft.save()
    expect(doors.edit.mock.lastCall?.[1]).toMatchObject({ words: null, season_line: '天冷了。' })
  })

  it('sends version B with the attachments of version A, and only beside own words', async () => {
    const card = { kind: 'PICTURE' as const, title: '', target: '', description: '', picture: 'k' }
    const words = (text: string) => ({ text, attachments: [card] })
    const both = broadcast({ is_own: true, season_line: '', words: words('甲'), version_b: { words: words('乙'), message_text: '乙', attachments: [], not_ready: '' } })
    expect(asTyped(both)).toMatchObject({ hasB: true, textB: '乙' })
    expect(isChanged(asTyped(both), both)).toBe(false)
    const draft = begin(both)
    draft.form.textB = '丙'
    doors.edit.mockResolvedValueOnce(both)
    await draft.save()
    expect(doors.edit.mock.lastCall?.[1]).toMatchObject({ words_b: words('丙') })
    expect(isChanged({ ...asTyped(both), hasB: false }, both)).toBe(true)
    draft.form.isOwn = false
    doors.edit.mockResolvedValueOnce(broadcast())
    await draft.save()
    expect(doors.edit.mock.lastCall?.[1]).toMatchObject({ words_b: null })
  })

  it('sends nothing that is not changed, nor where nobody may', async () => {
    await begin(broadcast()).save()
    const locked = begin(broadcast(), false)
    locked.form.name = '别的'
    await locked.save()
    expect(doors.edit).not.toHaveBeenCalled()
  })

  it('shows both sides of a conflict and saves mine over the newest when asked to', async () => {
    doors.edit.mockRejectedValueOnce(new ApiError(409, 'stale_version', '刚被别人改过。'))
    doors.read.mockResolvedValue(broadcast({ version: 4, name: '同事的名字', segment_id: 9 }))
    const draft = begin(broadcast())
    draft.form.name = '我的名字'
    await draft.save()
    await vi.waitFor(() => expect(draft.changes.value).toHaveLength(2))
    expect(draft.changes.value).toEqual([
      { field: 'name', word: '名称', theirs: '同事的名字', mine: '我的名字' },
      { field: 'segmentId', word: '分群', theirs: '第 9 个', mine: '第 1 个' },
    ])
    doors.edit.mockResolvedValueOnce(broadcast({ version: 5, name: '我的名字' }))
    await draft.takeMine()
    expect(doors.edit.mock.lastCall?.[1]).toMatchObject({ version: 4, name: '我的名字', segment_id: 1 })
    expect(draft.conflict.value).toBeUndefined()
  })

  it('is kept in the browser when it was handed in before, and offered again', async () => {
    const draft = begin(broadcast({ state: 'APPROVED' }))
    draft.form.line = '刹车看一看。'
    await nextTick()
    const again = begin(broadcast({ state: 'APPROVED' }))
    again.left.look()
    again.goOn()
    expect([again.form.line, again.differs.value]).toEqual(['刹车看一看。', true])
  })
})
