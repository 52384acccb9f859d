import { expect, test } from 'vitest'
import { keptWord, rowsOf } from './retention-words'

const found = (key: string, count: number) => ({ key, title: key, kept_days: 30, because: '', count })

test('how long something is kept is told in years or days', () => {
  expect(keptWord(2196)).toBe('6 年')
  expect(keptWord(30)).toBe('30 天')
  expect(keptWord(0)).toBe('用完即删')
})

test('a kind stands once, with what the night removed and what is due, the most first', () => {
  const rows = rowsOf({
    last: { id: 1, at: '2026-11-26T00:00:00Z', is_dry: false, found: [found('message', 0), found('files', 3)] },
    last_dry: { id: 2, at: '2026-11-26T08:00:00Z', is_dry: true, found: [found('message', 5)] },
  })
  expect(rows.map(({ key, removed, due }) => [key, removed, due])).toEqual([['message', 0, 5], ['files', 3, null]])
})
