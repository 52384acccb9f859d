import { createApp, effectScope, nextTick } from 'vue'
import { createMemoryHistory, createRouter, type Router } from 'vue-router'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { bulkWords, runOver } from './bulk'
import { holds, inOrder, nextOrder, readOrder, type Column } from './columns'
import { useList, type List, type Page } from './list'
import { isSame, useViews } from './views'

interface Row {
  id: number
}
type Read = (question: Record<string, string>, cursor?: string) => Promise<Page<Row>>

beforeAll(() => {
  const kept = new Map<string, string>()
  vi.stubGlobal('window', new EventTarget())
  vi.stubGlobal('localStorage', { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => kept.set(key, value) })
})

async function at(path: string, read: Read): Promise<{ router: Router; list: List<Row>; leave: () => void }> {
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/rows', name: 'rows', component: {} }, { path: '/other', name: 'other', component: {} }] })
  const app = createApp({})
  app.use(router)
  await router.push(path)
  const scope = effectScope()
  const list = app.runWithContext(() => scope.run(() => useList<Row>(['q', 'state'], read)))!
  return { router, list, leave: () => scope.stop() }
}

const ids = (list: List<Row>) => list.rows.value.map((row) => row.id)

describe('a list', () => {
  it('asks what the address says, and again when the address changes', async () => {
    const asked: Record<string, string>[] = []
    const { list, router } = await at('/rows?state=lost&tab=2', async (question) => (asked.push(question), { items: [{ id: asked.length }] }))
    await vi.waitFor(() => expect(ids(list)).toEqual([1]))
    list.ask({ q: '张伟' })
    await vi.waitFor(() => expect(ids(list)).toEqual([2]))
    expect(asked).toEqual([{ state: 'lost' }, { q: '张伟', state: 'lost' }])
    expect(router.currentRoute.value.query).toEqual({ state: 'lost', tab: '2', q: '张伟' })
  })

  it('reads nothing anew for an order, or for the question of another page', async () => {
    let reads = 0
    const { list, router } = await at('/rows', async () => ({ items: [{ id: ++reads }] }))
    await vi.waitFor(() => expect(list.ready.value).toBe(true))
    list.ask({ order: '-visits' })
    await vi.waitFor(() => expect(list.word('order')).toBe('-visits'))
    await router.push('/other?q=x')
    await nextTick()
    expect(reads).toBe(1)
  })

  it('reads on from the cursor and knows where it ends', async () => {
    const { list } = await at('/rows', async (_, cursor) => (cursor ? { items: [{ id: 2 }] } : { items: [{ id: 1 }], next_cursor: 'after 1' }))
    await vi.waitFor(() => expect(list.next.value).toBe('after 1'))
    await list.more()
    expect(ids(list)).toEqual([1, 2])
    expect(list.next.value).toBeNull()
  })

  it('lets the newest question win, whichever answer comes last', async () => {
    const answers: ((page: Page<Row>) => void)[] = []
    const { list } = await at('/rows', () => new Promise((resolve) => answers.push(resolve)))
    list.ask({ q: 'b' })
    await vi.waitFor(() => expect(answers).toHaveLength(2))
    answers[1]?.({ items: [{ id: 2 }] })
    answers[0]?.({ items: [{ id: 1 }] })
    await vi.waitFor(() => expect(ids(list)).toEqual([2]))
    expect(list.loading.value).toBe(false)
  })

  it('keeps its rows when reading on fails', async () => {
    const { list } = await at('/rows', async (_, cursor) => {
      if (cursor) throw new Error('没有网络')
      return { items: [{ id: 1 }], next_cursor: 'after 1' }
    })
    await vi.waitFor(() => expect(list.ready.value).toBe(true))
    await list.more()
    expect(ids(list)).toEqual([1])
    expect(list.error.value?.message).toBe('没有网络')
    expect(list.next.value).toBe('after 1')
  })
})

describe('the order of a table', () => {
  interface Visit { id: number; name: string; visits: number | null }
  const columns: Column<Visit>[] = [{ key: 'name', word: '客户', by: (row) => row.name }, { key: 'visits', word: '到店', by: (row) => row.visits }, { key: 'phone', word: '手机号' }]
  const rows: Visit[] = [{ id: 1, name: '张伟', visits: 2 }, { id: 2, name: '陈晨', visits: null }, { id: 3, name: '李敏', visits: 10 }]
  const by = (text: string) => inOrder(rows, columns, readOrder(text)).map((row) => row.id)

  it('puts numbers by size, names by pinyin, and what is unknown last either way', () => {
    expect(by('visits')).toEqual([1, 3, 2])
    expect(by('-visits')).toEqual([3, 1, 2])
    expect(by('name')).toEqual([2, 3, 1])
  })

  it('leaves rows as they came without an order, or with one nobody knows', () => {
    expect(by('')).toEqual([1, 2, 3])
    expect(by('phone')).toEqual([1, 2, 3])
  })

  it('goes up, down, and back to how it came', () => {
    expect([nextOrder(null, 'name'), nextOrder(readOrder('name'), 'name'), nextOrder(readOrder('-name'), 'name'), nextOrder(readOrder('-name'), 'visits')]).toEqual(['name', '-name', '', 'visits'])
  })
})

describe('an act on many', () => {
  it('does each by itself: a refusal stops nobody else and is told', async () => {
    const result = await runOver([1, 2, 3], async (row) => {
      if (row === 2) throw new Error('有人正在处理')
    })
    expect(result.done).toEqual([1, 3])
    expect(bulkWords('再试一次', result)).toBe('「再试一次」2 条好了，1 条没成：有人正在处理')
  })

  it('says so when all went well', () => {
    expect(bulkWords('再试一次', { done: [1, 2], failed: [] })).toBe('「再试一次」2 条都好了')
  })
})

describe('saved views', () => {
  it('are there again, without what was typed into the search box', () => {
    useViews('customers').save({ name: '沉睡', question: { state: 'dormant', q: '138' } })
    expect(useViews('customers').views.value).toEqual([{ name: '沉睡', question: { state: 'dormant' } }])
    expect(useViews('coupons').views.value).toEqual([])
  })

  it('are replaced under the same name and can be taken away', () => {
    const { views, save, remove } = useViews('broadcasts')
    save({ name: '我的', question: { state: 'a' } })
    save({ name: '我的', question: { state: 'b' } })
    expect(views.value).toEqual([{ name: '我的', question: { state: 'b' } }])
    remove(views.value[0]!)
    expect(useViews('broadcasts').views.value).toEqual([])
  })

  it('are lit when the address asks the same', () => {
    expect(isSame({ state: 'a', staff: '1' }, { staff: '1', state: 'a' })).toBe(true)
    expect(isSame({ state: 'a' }, { state: 'a', staff: '1' })).toBe(false)
  })
})

it('finds a word however its letters are parted, and everything where nothing is typed', () => {
  expect(holds('粤b·d12', '粤BD1245')).toBe(true)
  expect(holds('ro-0007', null, undefined, 'RO0007')).toBe(true)
  expect([holds('', '张伟'), holds(undefined, null), holds('李', '张伟')]).toEqual([true, true, false])
})
