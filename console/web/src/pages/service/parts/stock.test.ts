import { describe, expect, it } from 'vitest'
import { alternativesSaid, binsSaid, movementSaid } from './stock'

const nowhere = { elsewhere: 0, coming: 0, coming_at: null }

describe('stock in words', () => {
  it('names each bin with its pieces, and says which pieces nobody has placed', () => {
    expect(binsSaid([{ bin: '', on_hand: 3 }, { bin: 'A-01', on_hand: 1200 }])).toBe('未上架 3 件，A-01 1,200 件')
    expect(binsSaid([])).toBe('')
  })

  it('names what may be fitted instead, on which model, and how many lie there', () => {
    const said = alternativesSaid([{ number: 'PAD-R', name: '后刹车片', free: 4, series: '云帆X6', ...nowhere }, { number: 'PAD-U', name: '通用刹车片', free: 1, series: '', ...nowhere, elsewhere: 2 }])
    expect(said).toBe('后刹车片 PAD-R（云帆X6）可用 4 件，通用刹车片 PAD-U可用 1 件、别的店 2 件')
  })

  it('has a word for each kind of movement', () => {
    const kinds: string[] = ['OPENING', 'ARRIVED', 'ISSUED', 'RETURNED', 'MOVED', 'ADJUSTED', 'TRANSFER_OUT', 'TRANSFER_IN']
    expect(kinds.map(movementSaid)).toEqual(['期初', '到货', '领料', '退库', '移货位', '调整', '调出', '调入'])
  })
})
