import { expect, it } from 'vitest'
import { countState, differenceSaid, zoneSaid } from './count-words'

it('says what differs, and nothing where nobody was told what should be there', () => {
  expect([differenceSaid(4, 5), differenceSaid(7, 5), differenceSaid(5, 5), differenceSaid(5, null), differenceSaid(null, null)]).toEqual(['少 1 件', '多 2 件', '', '', ''])
})

it('names states and zones', () => {
  expect([countState('COUNTED').word, countState('LOST').word, zoneSaid(''), zoneSaid('A')]).toEqual(['待入账', 'LOST', '全部货位', 'A 区'])
})
