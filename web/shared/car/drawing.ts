/**
 * A car as lines, seen from five sides, on which damage is marked. Our own drawing: every side is 1000 wide and 500
 * high, so a place in thousandths of width and height means the same wherever it is shown.
 */
export const VIEWS = ['LEFT', 'RIGHT', 'TOP', 'FRONT', 'REAR'] as const
export type CarView = (typeof VIEWS)[number]

export const VIEW_WORDS: Record<CarView, string> = { LEFT: '左侧', RIGHT: '右侧', TOP: '车顶', FRONT: '正面', REAR: '后面' }
export const WIDTH = 1000
export const HEIGHT = 500

/** The left side, looking to the left: body, windows, doors, wheels. */
const SIDE = [
  'M60 350 C60 290 90 270 150 255 L300 235 C360 165 430 130 520 125 L660 128 C740 135 800 175 850 235 L915 255 C940 265 945 300 940 350 Z',
  'M330 232 C380 180 430 155 495 150 L495 232 Z',
  'M515 150 L655 153 C715 160 755 190 790 232 L515 232 Z',
  'M320 240 L330 350 M505 150 L505 350 M700 240 L690 350',
  'M430 275 L470 275 M620 275 L660 275',
  'M165 350 a70 70 0 1 0 140 0 a70 70 0 1 0 -140 0 M720 350 a70 70 0 1 0 140 0 a70 70 0 1 0 -140 0',
]
/** From above, looking to the left. */
const TOP = [
  'M70 250 C70 150 100 115 190 110 L840 110 C910 115 935 160 935 250 C935 340 910 385 840 390 L190 390 C100 385 70 350 70 250 Z',
  'M300 150 C270 200 270 300 300 350 L390 330 L390 170 Z',
  'M390 170 L690 170 L690 330 L390 330 Z',
  'M690 170 L780 150 C800 200 800 300 780 350 L690 330 Z',
  'M300 110 L330 85 L350 110 M300 390 L330 415 L350 390',
]
const FRONT = [
  'M250 390 L250 260 C255 230 275 215 310 210 L350 120 C365 100 385 95 420 95 L580 95 C615 95 635 100 650 120 L690 210 C725 215 745 230 750 260 L750 390 Z',
  'M375 125 C385 115 395 112 420 112 L580 112 C605 112 615 115 625 125 L655 205 L345 205 Z',
  'M275 265 L380 275 L375 310 L280 300 Z M725 265 L620 275 L625 310 L720 300 Z',
  'M400 280 L600 280 L590 325 L410 325 Z M270 345 L730 345',
  'M275 390 L275 435 L340 435 L340 390 M660 390 L660 435 L725 435 L725 390',
]
const REAR = [
  ...FRONT.slice(0, 2),
  'M270 245 L365 255 L365 300 L270 295 Z M730 245 L635 255 L635 300 L730 295 Z',
  'M410 285 L590 285 L590 325 L410 325 Z M270 345 L730 345',
  ...FRONT.slice(4),
]

const LINES: Record<CarView, readonly string[]> = { LEFT: SIDE, RIGHT: SIDE, TOP, FRONT, REAR }

export const linesOf = (view: CarView): readonly string[] => LINES[view]
/** The right side is the left one in a mirror. */
export const mirrorOf = (view: CarView): string | undefined => (view === 'RIGHT' ? `translate(${WIDTH} 0) scale(-1 1)` : undefined)

/** A side as a picture of its own, for pages that cannot draw lines. @public Only the mini-program draws with it. */
export function pictureOf(view: CarView, colour: string): string {
  const paths = linesOf(view).map((d) => `<path d="${d}"/>`).join('')
  const group = `<g fill="none" stroke="${colour}" stroke-width="4" stroke-linejoin="round"${mirrorOf(view) ? ` transform="${mirrorOf(view)}"` : ''}>${paths}</g>`
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}">${group}</svg>`
  return `data:image/svg+xml,${encodeURIComponent(svg)}`
}
