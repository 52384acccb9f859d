import { expect, it } from 'vitest'
import { ApiError, Unreachable } from './http'
import { useIntent } from './intent'

it('gives a second tap the first result under the same key', async () => {
  const keys: string[] = []
  const { run } = useIntent()
  const act = async (key: string) => {
    keys.push(key)
    return 'booked'
  }
  expect(await Promise.all([run(act), run(act)])).toEqual(['booked', 'booked'])
  expect(keys).toHaveLength(1)
})

it('keeps its key while the outcome is unknown and changes it after an answer', async () => {
  const keys: string[] = []
  const answers = [new Unreachable(), new ApiError(409, 'slot_full', '这个时间刚被约走。'), null]
  const { run, error } = useIntent()
  const act = async (key: string) => {
    keys.push(key)
    const problem = answers.shift()
    if (problem) throw problem
  }
  await run(act)
  expect(error.value).toBeInstanceOf(Unreachable)
  await run(act)
  await run(act)
  expect(keys[1]).toBe(keys[0])
  expect(keys[2]).not.toBe(keys[1])
  expect(error.value).toBeNull()
})
