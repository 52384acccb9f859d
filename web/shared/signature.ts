/** A name drawn on a canvas: the console's, the browser's and WeChat's fields to sign in draw and judge it alike. */

export const FIELD = { width: 600, height: 220 } as const
/** The server asks for the same share of the field, see `LEAST_INK` in `foundation/media_child.py`. */
const LEAST_INK = 0.12
const PEN = { lineWidth: 5, lineCap: 'round', lineJoin: 'round', strokeStyle: '#111', fillStyle: '#111' } as const

export type Place = readonly [x: number, y: number]

/** The parts of a canvas that are needed; WeChat's canvas has no more. */
export interface Paper {
  getContext(kind: '2d'): CanvasRenderingContext2D | null
  toDataURL(type: string): string
}

/** `tell` gets a PNG data address, empty until it can be a name, and whether something was drawn that is too short for one. */
export function createSignature(paper: () => Paper | null, tell: (drawing: string, isTooShort: boolean) => void) {
  let isDown = false
  let drawn: { left: number; right: number; top: number; bottom: number } | null = null

  function pen(): CanvasRenderingContext2D | null {
    const context = paper()?.getContext('2d') ?? null
    if (context) Object.assign(context, PEN)
    return context
  }

  function reach([x, y]: Place): void {
    drawn = {
      left: Math.min(drawn?.left ?? x, x), right: Math.max(drawn?.right ?? x, x),
      top: Math.min(drawn?.top ?? y, y), bottom: Math.max(drawn?.bottom ?? y, y),
    }
  }

  return {
    begin(place: Place): void {
      isDown = true
      reach(place)
      const context = pen()
      context?.beginPath()
      context?.moveTo(place[0], place[1])
    },
    draw(place: Place): void {
      if (!isDown) return
      reach(place)
      const context = pen()
      context?.lineTo(place[0], place[1])
      context?.stroke()
    },
    end(): void {
      if (!isDown) return
      isDown = false
      const length = drawn ? Math.max(drawn.right - drawn.left, drawn.bottom - drawn.top) : 0
      const isTooShort = length < LEAST_INK * FIELD.height
      tell(isTooShort ? '' : (paper()?.toDataURL('image/png') ?? ''), isTooShort)
    },
    clear(): void {
      pen()?.clearRect(0, 0, FIELD.width, FIELD.height)
      drawn = null
      tell('', false)
    },
    /** For those who cannot draw: the word a screen reader's user would have written. */
    signByKey(): void {
      const context = pen()
      if (!context) return
      context.font = 'italic 84px cursive'
      context.fillText('已签', 200, 140)
      tell(paper()?.toDataURL('image/png') ?? '', false)
    },
  }
}
