import { beforeEach, expect, it } from 'vitest'
import { effectScope, nextTick, ref } from 'vue'
import { draftsOf, forgetDrafts, unfinished } from './draft'
import { useForm } from './form'

interface Promise_ {
  at: string
  why: string
}

const kept = new Map<string, string>()

/** Only what drafts use of a browser's store; its keys are own properties as in one. */
const store = new Proxy({} as Record<string, unknown>, {
  get: (_, name) =>
    ({
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
    })[name as string],
  ownKeys: () => [...kept.keys()],
  getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
})

beforeEach(() => {
  kept.clear()
  Object.assign(globalThis, { localStorage: store })
  draftsOf('7')
})

/** A form over an order that a colleague may move: `order` is what the page has loaded. */
function promiseForm() {
  const order = ref({ version: 4, at: '16:00', photos: 0 })
  const scope = effectScope()
  const form = scope.run(() =>
    useForm<Promise_>({
      name: () => 'promise.1',
      fresh: () => ({ at: order.value.at, why: '' }),
      version: () => order.value.version,
      words: { at: '完工时间' },
    }),
  )!
  return { order, form, leave: () => scope.stop() }
}

it('sends the version that was seen when it opened, and shows both sides', () => {
  const { order, form } = promiseForm()
  form.open()
  form.values.at = '17:00'
  order.value = { version: 5, at: '18:00', photos: 0 }
  expect(form.values.at).toBe('17:00')
  expect(form.version.value).toBe(4)
  expect(form.changes.value).toEqual([{ field: 'at', word: '完工时间', theirs: '18:00', mine: '17:00' }])
  form.useMine()
  expect(form.version.value).toBe(5)
  expect([form.values.at, form.changes.value]).toEqual(['17:00', []])
})

it('does not send an untouched older value over a newer one', () => {
  const { order, form } = promiseForm()
  form.open()
  order.value = { version: 5, at: '18:00', photos: 0 }
  expect(form.version.value).toBe(4)
  expect(form.changes.value).toHaveLength(1)
})

it('gives what was typed back after the latest was taken', () => {
  const { order, form } = promiseForm()
  form.open()
  Object.assign(form.values, { at: '17:00', why: '等配件' })
  order.value = { version: 5, at: '18:00', photos: 0 }
  form.takeLatest()
  expect(form.values).toEqual({ at: '18:00', why: '等配件' })
  expect(form.version.value).toBe(5)
  form.takeBack()
  expect(form.values).toEqual({ at: '17:00', why: '等配件' })
})

it('sends once more when the thing moved but nothing of the form did', async () => {
  const { order, form } = promiseForm()
  form.open()
  form.values.at = '17:00'
  const sent: number[] = []
  const taken = await form.send(async (version) => {
    sent.push(version)
    order.value = { version: 5, at: '16:00', photos: 3 }
    return sent.length > 1
  })
  expect([taken, sent]).toEqual([true, [4, 5]])
})

it('never sends by itself over a change of the same field', async () => {
  const { order, form } = promiseForm()
  form.open()
  form.values.at = '17:00'
  const sent: number[] = []
  const taken = await form.send(async (version) => {
    sent.push(version)
    order.value = { version: 5, at: '18:00', photos: 0 }
    return false
  })
  expect([taken, sent]).toEqual([false, [4]])
  expect(form.values.at).toBe('17:00')
})

it('keeps a draft when it is closed or left, offers it again, and forgets it when it was taken', async () => {
  const one = promiseForm()
  one.form.open()
  one.form.values.why = '等刹车片'
  one.form.close()
  one.form.open()
  expect([one.form.values.why, one.form.left.value]).toEqual(['', { at: '16:00', why: '等刹车片' }])
  one.form.goOn()
  expect(one.form.values.why).toBe('等刹车片')
  one.form.values.why = '等刹车片到货'
  one.leave()

  const other = promiseForm()
  other.form.open()
  await nextTick()
  expect(other.form.left.value?.why).toBe('等刹车片到货')
  await other.form.send(async () => true)
  expect(unfinished('promise.1')).toEqual({})
})

it('keeps nothing of a form nobody typed in', () => {
  const { form } = promiseForm()
  form.open({ why: '增项' })
  form.close()
  expect(kept.size).toBe(0)
})

it('shows a draft to nobody else, and a person who signs out takes theirs along', () => {
  const { form } = promiseForm()
  form.open()
  form.values.why = '等配件'
  form.close()
  draftsOf('8')
  expect(unfinished('promise.1')).toEqual({})
  forgetDrafts()
  draftsOf('7')
  expect(unfinished('promise.1')).toEqual({ at: '16:00', why: '等配件' })
  forgetDrafts()
  expect(kept.size).toBe(0)
})
