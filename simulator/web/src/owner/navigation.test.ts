import { expect, it } from 'vitest'
import { pageOf, useNavigation } from './navigation'

it('opens the page a card or notice points at', () => {
  expect(pageOf('pages/progress/index?id=7')).toEqual({ name: 'progress', repairOrderId: 7 })
  expect(pageOf('/pages/claim/index.html?t=abc')).toEqual({ name: 'claim', token: 'abc' })
  expect(pageOf('pages/bill/index?id=x')).toEqual({ name: 'home' })
})

it('comes home when there is nothing to go back to', () => {
  const { page, back } = useNavigation({ name: 'claim', token: 'abc' })
  back()
  expect(page.value).toEqual({ name: 'home' })
})
