import { describe, expect, it } from 'vitest'
import { binsSaid, movementSaid } from './stock'

describe('stock in words', () => {
  it('names each bin with its pieces, and says which pieces nobody has placed', () => {
    expect(binsSaid([{ bin: '', on_hand: 3 }, { bin: 'A-01', on_hand: 1200 }])).toBe('未上架 3 件，A-01 1,200 件')
    expect(binsSaid([])).toBe('')
  })

  it('has a word for each kind of movement', () => {
    const kinds: string[] = ['OPENING', 'ARRIVED', 'ISSUED', 'RETURNED', 'MOVED', 'ADJUSTED']
    expect(kinds.map(movementSaid)).toEqual(['期初', '到货', '领料', '退库', '移货位', '调整'])
  })
})
