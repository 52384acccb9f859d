// Draws the pictures of the tab bar, since WeChat takes PNG only: three shapes, outlined and filled, in the colours of both
// themes. Run it again after a change of the shapes or of src/theme.json.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { crc32, deflateSync } from 'node:zlib'

const SIDE = 81
const STROKE = 4.6
/** Samples a side of each pixel, for smooth edges. */
const FINE = 4
const folder = fileURLToPath(new URL('../src/static/tabs', import.meta.url))
const theme = JSON.parse(readFileSync(fileURLToPath(new URL('../src/theme.json', import.meta.url)), 'utf8'))

// --- Shapes: the distance of a point from the edge, negative inside ------------------------------------------------

const circle = (cx, cy, r) => (x, y) => Math.hypot(x - cx, y - cy) - r
const box = (cx, cy, w, h, r) => (x, y) => {
  const [dx, dy] = [Math.abs(x - cx) - w / 2 + r, Math.abs(y - cy) - h / 2 + r]
  return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - r
}
/** Corners in clockwise order; rounded by r. */
const polygon = (corners, r) => (x, y) => {
  let nearest = Infinity
  let isInside = false
  corners.forEach(([ax, ay], index) => {
    const [bx, by] = corners[(index + 1) % corners.length]
    const along = Math.min(1, Math.max(0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2)))
    nearest = Math.min(nearest, Math.hypot(x - ax - along * (bx - ax), y - ay - along * (by - ay)))
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) isInside = !isInside
  })
  return (isInside ? -nearest : nearest) - r
}
const either = (...shapes) => (x, y) => Math.min(...shapes.map((shape) => shape(x, y)))
const both = (...shapes) => (x, y) => Math.max(...shapes.map((shape) => shape(x, y)))
const without = (shape, ...gone) => (x, y) => Math.max(shape(x, y), ...gone.map((each) => -each(x, y)))

const body = either(polygon([[18, 38], [27, 20], [54, 20], [63, 38]], 3), box(40.5, 48, 64, 22, 8))
/** What is drawn as an outline, and what is cut out of the filled picture. */
const ICONS = {
  home: { line: body, marks: [circle(25, 60, 7), circle(56, 60, 7)], cut: [box(40.5, 31, 21, 8, 2)] },
  coupons: {
    line: without(box(40.5, 41, 66, 46, 7), circle(54, 18, 7), circle(54, 64, 7)),
    marks: [], cut: [box(54, 34, 4, 6, 1.5), box(54, 46, 4, 6, 1.5)],
  },
  me: { line: either(circle(40.5, 26, 14), both(circle(40.5, 76, 30), box(40.5, 58, 70, 26, 2))), marks: [], cut: [] },
}

const isLine = (shape, x, y) => Math.abs(shape(x, y)) <= STROKE / 2
function isInk({ line, marks, cut }, isOn, x, y) {
  if (isOn) {
    const nearMark = marks.some((mark) => mark(x, y) <= STROKE * 0.7)
    return marks.some((mark) => mark(x, y) <= 0) || (!nearMark && line(x, y) <= STROKE / 2 && !cut.some((hole) => hole(x, y) <= 0))
  }
  if (marks.some((mark) => mark(x, y) < -STROKE / 2)) return false
  return isLine(line, x, y) && !marks.some((mark) => mark(x, y) < 0) ? true : marks.some((mark) => isLine(mark, x, y)) || cut.some((hole) => line === ICONS.coupons.line && hole(x, y) <= 0)
}

// --- PNG -----------------------------------------------------------------------------------------------------------

function chunk(kind, data) {
  const named = Buffer.concat([Buffer.from(kind, 'latin1'), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(named))
  return Buffer.concat([length, named, sum])
}

function png(icon, isOn, colour) {
  const ink = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))
  const rows = Buffer.alloc(SIDE * (SIDE * 4 + 1))
  for (let y = 0; y < SIDE; y += 1)
    for (let x = 0; x < SIDE; x += 1) {
      let hits = 0
      for (let fine = 0; fine < FINE * FINE; fine += 1) hits += isInk(icon, isOn, x + ((fine % FINE) + 0.5) / FINE, y + (Math.floor(fine / FINE) + 0.5) / FINE) ? 1 : 0
      rows.set([...ink, Math.round((hits / FINE ** 2) * 255)], y * (SIDE * 4 + 1) + 1 + x * 4)
    }
  const header = Buffer.from([0, 0, 0, SIDE, 0, 0, 0, SIDE, 8, 6, 0, 0, 0])
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), chunk('IHDR', header), chunk('IDAT', deflateSync(rows, { level: 9 })), chunk('IEND', Buffer.alloc(0))])
}

mkdirSync(folder, { recursive: true })
for (const [name, icon] of Object.entries(ICONS))
  for (const [look, colours] of Object.entries(theme)) {
    writeFileSync(`${folder}/${name}-${look}.png`, png(icon, false, colours.tabText))
    writeFileSync(`${folder}/${name}-on-${look}.png`, png(icon, true, colours.tabOn))
  }
