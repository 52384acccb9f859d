import { expect, it } from 'vitest'
import { pageOf, useNavigation } from './navigation'

it('opens the page a card or notice points at', () => {
  expect(pageOf('pages/progress/index?id=7')).toEqual({ name: 'progress', repairOrderId: 7 })
  expect(pageOf('/pages/claim/index.html?campaign=5a')).toEqual({ name: 'claim', token: '5a' })
  expect(pageOf('pages/appointment/index?id=3')).toEqual({ name: 'home' })
  expect(pageOf('pages/bill/index?id=x')).toEqual({ name: 'home' })
})

it('comes home when there is nothing to go back to', () => {
  const { page, back } = useNavigation({ name: 'claim', token: 't' })
  back()
  expect(page.value).toEqual({ name: 'home' })
})
