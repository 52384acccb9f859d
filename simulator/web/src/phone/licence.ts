/** What the demo's camera sees: a drawn specimen of a 行驶证, a real PNG that goes through the real upload. */

const WIDTH = 880
const HEIGHT = 600
/** Fictional; its last six characters are those of the story's car. */
const LINES = ['号牌号码　　粤B·样张', '所有人　　　演示车主', '品牌型号　　云帆 X6', '车辆识别代号　LYFBB6CE3T2000123', '注册日期　　2024-05-01']

export function drawnLicence(): Promise<Blob | null> {
  const canvas = document.createElement('canvas')
  canvas.width = WIDTH
  canvas.height = HEIGHT
  const pen = canvas.getContext('2d')
  if (!pen) return Promise.resolve(null)
  pen.fillStyle = '#4a5560'
  pen.fillRect(0, 0, WIDTH, HEIGHT)
  pen.fillStyle = '#f4f1e6'
  pen.fillRect(40, 40, WIDTH - 80, HEIGHT - 80)
  pen.fillStyle = '#24324a'
  pen.font = '600 40px sans-serif'
  pen.textAlign = 'center'
  pen.fillText('机动车行驶证（样张）', WIDTH / 2, 120)
  pen.textAlign = 'left'
  pen.font = '32px sans-serif'
  LINES.forEach((line, row) => pen.fillText(line, 90, 205 + row * 68))
  pen.strokeStyle = '#b3362e'
  pen.lineWidth = 5
  pen.strokeRect(WIDTH - 230, HEIGHT - 200, 120, 120)
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/png'))
}
