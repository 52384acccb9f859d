/**
 * When a drawn line can be a name. The server asks for the same share of the field, see `LEAST_INK` in
 * `foundation/media_child.py`.
 */
export const FIELD = { width: 600, height: 220 } as const
const LEAST_INK = 0.12

export function createStroke() {
  let drawn: { left: number; right: number; top: number; bottom: number } | null = null
  return {
    reach(x: number, y: number): void {
      drawn = {
        left: Math.min(drawn?.left ?? x, x), right: Math.max(drawn?.right ?? x, x),
        top: Math.min(drawn?.top ?? y, y), bottom: Math.max(drawn?.bottom ?? y, y),
      }
    },
    forget: () => void (drawn = null),
    canBeAName: (): boolean =>
      drawn != null && Math.max(drawn.right - drawn.left, drawn.bottom - drawn.top) >= LEAST_INK * FIELD.height,
  }
}
