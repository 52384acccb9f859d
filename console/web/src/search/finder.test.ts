import { describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, ref, type EffectScope } from 'vue'
import type { Answer, Found } from '@/api/search'
import { useFinder } from './finder'
import { inOrder, pageOf, stateOf, wordOf } from './kinds'

const found = (more: Partial<Found>): Found => ({
  id: 1, title: '', words: '', opens: '', state: '', at: null, store: '', customer_name: '', phone: '', series: '', plate: '', vin: '', amount_fen: null, ...more,
})
const answer = (...kinds: [string, number][]): Answer => ({
  kinds: kinds.map(([kind, many]) => ({ kind, has_more: false, items: Array.from({ length: many }, (_, id) => found({ id, title: `${kind}${id}` })) })),
  looked_in: kinds.map(([kind]) => kind),
})

function begin(ask: (q: string, signal?: AbortSignal) => Promise<Answer>) {
  const words = ref('')
  const scope: EffectScope = effectScope()
  const finder = scope.run(() => useFinder(words, ask, 0))!
  const settle = async (text: string) => {
    words.value = text
    await nextTick()
    await vi.waitFor(() => expect(finder.pending.value).toBe(false))
    await new Promise((done) => setTimeout(done, 2))
    await vi.waitFor(() => expect(finder.pending.value).toBe(false))
  }
  return { words, finder, settle, end: () => scope.stop() }
}

describe('the search box', () => {
  it('walks with the arrows over every line in the order shown, and past both ends through what was typed', async () => {
    const { finder, settle, end } = begin(() => Promise.resolve(answer(['staff', 1], ['repair_order', 2])))
    await settle('0007')
    expect(finder.lines.value.map(({ found }) => found.title)).toEqual(['repair_order0', 'repair_order1', 'staff0'])
    const stops = [1, 1, 1, 1, -1].map((step) => (finder.move(step as 1 | -1), finder.marked.value))
    expect(stops).toEqual([0, 1, 2, -1, 2])
    end()
  })

  it('shows the answer to what stands in the box, whichever comes last', async () => {
    const waiting: ((value: Answer) => void)[] = []
    const { words, finder, end } = begin(() => new Promise((resolve) => waiting.push(resolve)))
    for (const text of ['张', '张伟']) {
      words.value = text
      await vi.waitFor(() => expect(waiting).toHaveLength(text.length))
    }
    waiting[1]?.(answer(['customer', 1]))
    waiting[0]?.(answer(['customer', 5]))
    await vi.waitFor(() => expect(finder.lines.value).toHaveLength(1))
    await new Promise((done) => setTimeout(done, 2))
    expect(finder.lines.value).toHaveLength(1)
    end()
  })

  it('stays on the marked line when the next answer still has it, and on none when it has not', async () => {
    const answers = [answer(['customer', 3]), answer(['repair_order', 1], ['customer', 3]), answer(['repair_order', 1])]
    const { finder, settle, end } = begin(() => Promise.resolve(answers.shift() ?? answer()))
    const stood = () => finder.lines.value[finder.marked.value]?.found.title
    await settle('张')
    finder.move(1)
    finder.move(1)
    expect(stood()).toBe('customer1')
    await settle('张伟')
    expect(stood()).toBe('customer1')
    await settle('张伟2')
    expect(finder.marked.value).toBe(-1)
    end()
  })

  it('forgets when nothing is typed, and says when nothing was found', async () => {
    const { finder, settle, end } = begin(() => Promise.resolve(answer()))
    await settle('没有的')
    expect(finder.isNothing.value).toBe(true)
    await settle('')
    expect(finder.isNothing.value).toBe(false)
    end()
  })
})

describe('what was found', () => {
  const anything = () => true

  it('leads to its page, and nowhere where the reader has none', () => {
    expect(pageOf(found({ opens: 'repair_order:12' }), anything)).toEqual({ name: 'repair-order', params: { id: '12' } })
    expect(pageOf(found({ opens: 'bill:3' }), anything)).toEqual({ name: 'cashier', query: { bill: '3' } })
    expect(pageOf(found({ opens: 'staff:4' }), anything)).toEqual({ name: 'customers', query: { staff: '4' } })
    expect(pageOf(found({ opens: 'staff:4' }), () => false)).toBeNull()
    expect(pageOf(found({ opens: '' }), anything)).toBeNull()
    expect(pageOf(found({ opens: 'spaceship:4' }), anything)).toBeNull()
  })

  it('has a word for its kind and its state, and none is invented', () => {
    expect(wordOf('bill')).toBe('账单')
    expect(stateOf('bill', found({ state: 'PAID' }))?.word).toBe('已付')
    expect(stateOf('segment', found({}))).toBeUndefined()
    expect(inOrder(answer(['of the future', 1], ['customer', 1], ['repair_order', 1]).kinds).map(({ kind }) => kind)).toEqual(['repair_order', 'customer', 'of the future'])
  })
})
