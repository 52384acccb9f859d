import { expect, it } from 'vitest'
import type { Role } from '@/api/session'
import { homeOf, menuOf } from './menu'

const ALL: Role[] = ['SC', 'SM', 'DCC', 'MKT', 'SA', 'SVM', 'WC', 'TEC', 'QC', 'PRT', 'CSH', 'CRC', 'FIN', 'GM', 'RGN', 'GRP', 'ADM', 'DPO', 'DRV']
const OPENS = [
  'repair_orders.read', 'valet.drive', 'parts.read', 'bills.read', 'customers.read', 'tasks.read', 'customers.follow_up', 'segments.read', 'campaigns.read',
  'parked_work.look_after', 'reports.read', 'imports.run', 'settings.read', 'staff.stand_in', 'rights.read', 'privacy.read', 'audit.read',
]
/** Somebody of one role who holds every right but some, and was given some by the group. */
const as = (role: Role, { without = [] as string[], granted = [] as string[] } = {}) => ({
  roles: [role],
  actions: OPENS.filter((action) => !without.includes(action)),
  granted,
})
const keysOf = (...of: Parameters<typeof as>) => menuOf(as(...of)).map((item) => item.key)

it('never shows more than seven items for any role', () => {
  for (const role of ALL) expect(keysOf(role).length).toBeLessThanOrEqual(7)
})

it('starts a technician at their own work and shows them no money', () => {
  expect(homeOf(as('TEC'))).toBe('/my-jobs')
  expect(menuOf(as('TEC')).map((item) => item.word)).toEqual(['车间'])
})

it('starts a driver at their own runs', () => {
  expect(homeOf(as('DRV'))).toBe('/my-valet-runs')
  expect(keysOf('SA')).not.toContain('valet')
})

it('offers the tasks to those who look after people', () => {
  expect(keysOf('SC')).toContain('tasks')
  expect(keysOf('TEC')).not.toContain('tasks')
})

it('starts the administrator at the work that has stopped', () => {
  expect(homeOf(as('ADM'))).toBe('/parked-work')
  expect(homeOf(as('ADM'), true), 'in a fresh group with what is left').toBe('/settings/begin')
  expect(keysOf('GM')).not.toContain('parked-work')
})

it('offers the settings to whoever keeps something there, were it only who stands in for whom', () => {
  for (const role of ['ADM', 'GM', 'RGN', 'GRP', 'SM', 'SVM', 'DPO'] as Role[]) expect(keysOf(role)).toContain('settings')
  expect(keysOf('SA')).not.toContain('settings')
})

it('starts marketers at their segments', () => {
  expect(homeOf(as('MKT'))).toBe('/marketing/segments')
})

it('does not offer what the group took from a role, and offers what it gave to one', () => {
  expect(keysOf('SA', { without: ['bills.read'] })).not.toContain('cashier')
  expect(keysOf('SA', { without: ['tasks.read'] }), 'follow-ups are left').toContain('tasks')
  expect(keysOf('FIN')).not.toContain('tasks')
  expect(keysOf('FIN', { granted: ['tasks.read'] })).toContain('tasks')
})
