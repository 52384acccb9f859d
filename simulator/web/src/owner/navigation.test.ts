import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { pageOf, useNavigation } from './navigation'

it('opens the page a card or notice points at', () => {
  expect(pageOf('pages/progress/index?id=7')).toEqual({ name: 'progress', repairOrderId: 7 })
  expect(pageOf('/pages/claim/index.html?campaign=5a')).toEqual({ name: 'claim', token: '5a' })
  expect(pageOf('pages/appointment/index?id=3')).toEqual({ name: 'home', appointmentId: 3 })
  expect(pageOf('pages/bill/index?id=x')).toEqual({ name: 'home' })
})

/** Every page an owner's message names, with an id or a token in it. */
function links(): string[] {
  const root = new URL('../../../../templates/messages/', import.meta.url)
  const texts = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .map((name) => readFileSync(new URL(name, root), 'utf8'))
  return texts.flatMap((text) => text.match(/"pages\/[^"]+"/g) ?? []).map((link) => link.slice(1, -1).replace(/\{\{.*?\}\}/g, '7'))
}

it('has a page of its own for every link of a message', () => {
  expect(links().length).toBeGreaterThan(5)
  const astray = links().filter((link) => !link.includes('pages/home/') && JSON.stringify(pageOf(link)) === '{"name":"home"}')
  expect(astray).toEqual([])
})

it('comes home when there is nothing to go back to', () => {
  const { page, back } = useNavigation({ name: 'claim', token: 't' })
  back()
  expect(page.value).toEqual({ name: 'home' })
})
