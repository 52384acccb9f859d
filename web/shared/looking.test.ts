import { afterEach, expect, it, vi } from 'vitest'
import { effectScope } from 'vue'
import { lookingWords, useLooking } from './looking'

vi.stubGlobal('document', Object.assign(new EventTarget(), { hidden: false }))
afterEach(() => vi.useRealTimers())

it('names two and counts the rest', () => {
  expect(lookingWords([])).toBe('')
  expect(lookingWords(['李敏'])).toBe('李敏也在看')
  expect(lookingWords(['李敏', '王伟', '陈志强'])).toBe('李敏、王伟等 3 人也在看')
})

it('shows nobody when it cannot ask, asks on, and stops with its page', async () => {
  vi.useFakeTimers()
  const answers = [{ names: ['李敏'] }, null, { names: ['王伟'] }]
  const ask = vi.fn(async () => answers.shift() ?? Promise.reject(new Error('away')))
  const scope = effectScope()
  const names = scope.run(() => useLooking(ask))!
  const shown: string[][] = []
  for (let round = 0; round < 3; round += 1) {
    await vi.advanceTimersByTimeAsync(round === 0 ? 0 : 10_000)
    shown.push(names.value)
  }
  expect(shown).toEqual([['李敏'], [], ['王伟']])
  scope.stop()
  await vi.advanceTimersByTimeAsync(30_000)
  expect(ask).toHaveBeenCalledTimes(3)
})
