/** The shapes of the states as characters every phone has: WeChat draws no SVG in a page. */
import type { Shape } from '@shared/states'

export const MARKS: Record<Shape, string> = {
  check: '✓', dot: '●', half: '◐', octagon: '■', ring: '○', dash: '—', question: '?', triangle: '▲', 'triangle-down': '▼',
}
