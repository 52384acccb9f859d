/**
 * A drawn stand-in for a camera in the demo: a real PNG that goes through the real media door. Not used elsewhere.
 */

const WIDTH = 960
const HEIGHT = 720

function ground(pen: CanvasRenderingContext2D): void {
  const wall = pen.createLinearGradient(0, 0, 0, HEIGHT)
  wall.addColorStop(0, '#9aa5b1')
  wall.addColorStop(0.62, '#cfd6dd')
  wall.addColorStop(0.63, '#7b858f')
  wall.addColorStop(1, '#565f68')
  pen.fillStyle = wall
  pen.fillRect(0, 0, WIDTH, HEIGHT)
  pen.strokeStyle = '#f2c94c'
  pen.lineWidth = 8
  pen.strokeRect(90, 470, WIDTH - 180, 230)
}

function car(pen: CanvasRenderingContext2D, faces: 1 | -1, isRear: boolean): void {
  pen.save()
  pen.translate(WIDTH / 2, 430)
  pen.scale(faces, 1)
  pen.fillStyle = 'rgb(0 0 0 / 25%)'
  pen.beginPath()
  pen.ellipse(0, 120, 330, 34, 0, 0, Math.PI * 2)
  pen.fill()
  const paint = pen.createLinearGradient(0, -140, 0, 120)
  paint.addColorStop(0, '#3f7fd6')
  paint.addColorStop(1, '#173f7c')
  pen.fillStyle = paint
  pen.beginPath()
  pen.moveTo(-330, 90)
  pen.bezierCurveTo(-345, 10, -290, -5, -215, -20)
  pen.bezierCurveTo(-150, -130, 60, -150, 140, -120)
  pen.bezierCurveTo(210, -90, 240, -40, 300, -15)
  pen.bezierCurveTo(345, 5, 345, 60, 330, 95)
  pen.closePath()
  pen.fill()
  pen.fillStyle = '#20303f'
  pen.beginPath()
  pen.moveTo(-180, -25)
  pen.bezierCurveTo(-125, -105, 40, -120, 115, -100)
  pen.bezierCurveTo(165, -80, 195, -45, 205, -22)
  pen.closePath()
  pen.fill()
  for (const x of [-200, 205]) {
    pen.fillStyle = '#15181c'
    pen.beginPath()
    pen.arc(x, 90, 62, 0, Math.PI * 2)
    pen.fill()
    pen.fillStyle = '#b8c0c8'
    pen.beginPath()
    pen.arc(x, 90, 34, 0, Math.PI * 2)
    pen.fill()
  }
  pen.fillStyle = isRear ? '#d3423b' : '#f7efc6'
  pen.fillRect(-326, 25, 44, 22)
  pen.restore()
}

function dashboard(pen: CanvasRenderingContext2D): void {
  pen.fillStyle = '#12161b'
  pen.fillRect(0, 0, WIDTH, HEIGHT)
  for (const [x, turn] of [[290, 0.9], [670, 2.0]] as const) {
    pen.strokeStyle = '#7fb2ff'
    pen.lineWidth = 12
    pen.beginPath()
    pen.arc(x, 340, 150, Math.PI * 0.8, Math.PI * 2.2)
    pen.stroke()
    pen.strokeStyle = '#ff8552'
    pen.beginPath()
    pen.moveTo(x, 340)
    pen.lineTo(x + Math.cos(Math.PI + turn) * 120, 340 + Math.sin(Math.PI + turn) * 120)
    pen.stroke()
  }
}

function part(pen: CanvasRenderingContext2D, isDark: boolean): void {
  pen.save()
  pen.translate(WIDTH / 2, 360)
  const ring = pen.createRadialGradient(-60, -60, 40, 0, 0, 250)
  ring.addColorStop(0, isDark ? '#8a8f95' : '#e8ecef')
  ring.addColorStop(1, isDark ? '#3a3f45' : '#8d97a1')
  pen.fillStyle = ring
  pen.beginPath()
  pen.arc(0, 0, 230, 0, Math.PI * 2)
  pen.fill()
  pen.fillStyle = '#4b535b'
  for (let hole = 0; hole < 5; hole += 1) {
    const turn = (hole / 5) * Math.PI * 2
    pen.beginPath()
    pen.arc(Math.cos(turn) * 80, Math.sin(turn) * 80, 20, 0, Math.PI * 2)
    pen.fill()
  }
  pen.fillStyle = isDark ? '#53311f' : '#b5552e'
  pen.beginPath()
  pen.roundRect(110, -150, 150, 300, 26)
  pen.fill()
  pen.restore()
}

function scene(pen: CanvasRenderingContext2D, label: string): void {
  if (label.includes('仪表')) return dashboard(pen)
  ground(pen)
  if (/[前后](左|右)?角|左前|右前|左后|右后/.test(label)) return car(pen, label.includes('右') ? -1 : 1, label.includes('后'))
  if (label === '车内') return dashboard(pen)
  part(pen, /旧|黑|薄|没过/.test(label))
}

/** One photo with its label and the demo's time stamped on it. */
export function demoPhoto(label: string, stamp: string): Promise<Blob> {
  const canvas = document.createElement('canvas')
  canvas.width = WIDTH
  canvas.height = HEIGHT
  const pen = canvas.getContext('2d')
  if (!pen) return Promise.reject(new Error('这台设备画不了演示照片。'))
  scene(pen, label)
  pen.fillStyle = 'rgb(0 0 0 / 55%)'
  pen.fillRect(0, HEIGHT - 64, WIDTH, 64)
  pen.fillStyle = '#fff'
  pen.font = '600 30px sans-serif'
  pen.fillText(`演示照片 · ${label}`, 24, HEIGHT - 22)
  pen.font = '26px sans-serif'
  pen.textAlign = 'right'
  pen.fillText(stamp, WIDTH - 24, HEIGHT - 22)
  return new Promise((resolve, reject) =>
    canvas.toBlob((png) => (png ? resolve(png) : reject(new Error('这台设备画不了演示照片。'))), 'image/png'),
  )
}
