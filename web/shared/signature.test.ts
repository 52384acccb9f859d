import { expect, test } from 'vitest'
import { createSignature, FIELD, type Place } from './signature'

function signed(...places: Place[]): { drawing: string; isTooShort: boolean } {
  const context = new Proxy({}, { get: () => () => undefined, set: () => true }) as CanvasRenderingContext2D
  let told = { drawing: 'nothing told', isTooShort: false }
  const paper = { getContext: () => context, toDataURL: () => 'data:image/png;base64,AA' }
  const signature = createSignature(() => paper, (drawing, isTooShort) => (told = { drawing, isTooShort }))
  signature.begin(places[0]!)
  places.slice(1).forEach(signature.draw)
  signature.end()
  return told
}

test('a line as long as a name is a signature', () => {
  expect(signed([100, 100], [300, 120])).toEqual({ drawing: 'data:image/png;base64,AA', isTooShort: false })
})

test('a dot or a touch is none, and is said to be too short', () => {
  expect(signed([100, 100], [110, 105])).toEqual({ drawing: '', isTooShort: true })
  expect(signed([100, 100])).toEqual({ drawing: '', isTooShort: true })
})

test('what is drawn before the pen is down counts for nothing, and a new sheet is empty', () => {
  const told: string[] = []
  const paper = { getContext: () => null, toDataURL: () => 'data:image/png;base64,AA' }
  const signature = createSignature(() => paper, (drawing) => told.push(drawing))
  signature.draw([0, 0])
  signature.end()
  expect(told).toEqual([])
  signature.begin([0, 0])
  signature.draw([FIELD.width, 0])
  signature.end()
  signature.clear()
  signature.begin([0, 0])
  signature.end()
  expect(told).toEqual(['data:image/png;base64,AA', '', ''])
})
