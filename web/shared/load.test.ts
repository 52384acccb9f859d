import { effectScope } from 'vue'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ApiError, Unreachable } from './http'
import { useLoad } from './load'

const MINUTE_MS = 60_000

describe('a page that could not read', () => {
  beforeEach(() => {
    vi.useFakeTimers()
    vi.stubGlobal('window', new EventTarget())
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })

  const reading = (answers: (string | Error)[]) => {
    let asked = 0
    const scope = effectScope()
    const load = scope.run(() =>
      useLoad(async () => {
        const answer = answers[Math.min(asked++, answers.length - 1)]!
        if (answer instanceof Error) throw answer
        return answer
      }),
    )!
    return { ...load, scope, count: () => asked }
  }

  it('reads again by itself while the failure may pass, less and less often', async () => {
    const { data, error, count } = reading([new Unreachable(), new ApiError(503, 'busy', '忙'), 'the order'])
    await vi.advanceTimersByTimeAsync(0)
    expect(error.value).toBeInstanceOf(Unreachable)
    await vi.advanceTimersByTimeAsync(2000)
    expect([count(), data.value]).toEqual([2, null])
    await vi.advanceTimersByTimeAsync(2000)
    expect(count()).toBe(2)
    await vi.advanceTimersByTimeAsync(2000)
    expect([data.value, error.value]).toEqual(['the order', null])
    await vi.advanceTimersByTimeAsync(MINUTE_MS)
    expect(count()).toBe(3)
  })

  it('asks no more after a refusal, nor once it is left', async () => {
    const refused = reading([new ApiError(404, 'not_found', '没有')])
    const left = reading([new Unreachable()])
    await vi.advanceTimersByTimeAsync(0)
    left.scope.stop()
    await vi.advanceTimersByTimeAsync(MINUTE_MS)
    expect([refused.count(), left.count()]).toEqual([1, 1])
  })
})
