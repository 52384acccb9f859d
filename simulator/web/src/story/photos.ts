/** Pictures as a phone would take them: invented, and they say what they show. */
import type { Schema, Staff } from './people'

async function draw(label: string, hue: number): Promise<Blob> {
  const [width, height] = [960, 720]
  const canvas = Object.assign(document.createElement('canvas'), { width, height })
  const pen = canvas.getContext('2d')!
  const sky = pen.createLinearGradient(0, 0, 0, height)
  sky.addColorStop(0, `hsl(${hue} 28% 74%)`)
  sky.addColorStop(1, `hsl(${hue} 22% 42%)`)
  pen.fillStyle = sky
  pen.fillRect(0, 0, width, height)
  pen.fillStyle = 'rgb(30 34 42 / 80%)'
  pen.beginPath()
  pen.roundRect(140, 330, 680, 170, 60)
  pen.fill()
  pen.beginPath()
  pen.roundRect(270, 220, 400, 170, 70)
  pen.fill()
  pen.fillStyle = '#11141a'
  for (const x of [280, 680]) {
    pen.beginPath()
    pen.arc(x, 505, 70, 0, Math.PI * 2)
    pen.fill()
  }
  pen.fillStyle = '#fff'
  pen.font = '600 76px sans-serif'
  pen.textAlign = 'center'
  pen.fillText(label, width / 2, 130)
  pen.font = '30px sans-serif'
  pen.fillText('演示照片', width / 2, 680)
  return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture'))), 'image/jpeg', 0.8))
}

/** Store a drawn photo as this member and give its key. */
export async function upload(staff: Staff, label: string, hue: number): Promise<string> {
  return (await staff.keep(await draw(label, hue))).key
}

export async function photo(staff: Staff, label: string, hue = 210): Promise<Schema<'PhotoIn'>> {
  return { key: await upload(staff, label, hue), label }
}
