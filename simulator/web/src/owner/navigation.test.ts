import { expect, it } from 'vitest'
import { pageOf, useNavigation } from './navigation'

it('opens the page a card or notice points at', () => {
  expect(pageOf('pages/progress/index?id=7')).toEqual({ name: 'progress', repairOrderId: 7 })
  expect(pageOf('/pages/claim/index.html?campaign=5')).toEqual({ name: 'claim', by: 'campaign', id: 5 })
  expect(pageOf('pages/bill/index?id=x')).toEqual({ name: 'home' })
})

it('comes home when there is nothing to go back to', () => {
  const { page, back } = useNavigation({ name: 'claim', by: 'ticket', id: 5 })
  back()
  expect(page.value).toEqual({ name: 'home' })
})
