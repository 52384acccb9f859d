import { expect, it } from 'vitest'
import type { Role } from '@/api/session'
import { homeOf, mayApprove, menuOf } from './menu'

const ALL: Role[] = ['SC', 'SM', 'DCC', 'MKT', 'SA', 'SVM', 'WC', 'TEC', 'QC', 'PRT', 'CSH', 'CRC', 'FIN', 'GM', 'RGN', 'GRP', 'ADM', 'DPO']

it('never shows more than seven items for any role', () => {
  for (const role of ALL) expect(menuOf([role]).length).toBeLessThanOrEqual(7)
})

it('starts a technician at their own work and shows them no money', () => {
  expect(homeOf(['TEC'])).toBe('/my-jobs')
  expect(menuOf(['TEC']).map((item) => item.word)).toEqual(['车间'])
})

it('offers the tasks to those who look after people', () => {
  expect(menuOf(['SC']).map((item) => item.key)).toContain('tasks')
  expect(menuOf(['TEC']).map((item) => item.key)).not.toContain('tasks')
})

it('starts the administrator at the work that has stopped', () => {
  expect(homeOf(['ADM'])).toBe('/parked-work')
  expect(homeOf(['ADM'], true), 'in a fresh group with what is left').toBe('/settings/begin')
  expect(menuOf(['GM']).map((item) => item.key)).not.toContain('parked-work')
})

it('offers the settings to administrators and general managers', () => {
  for (const role of ['ADM', 'GM'] as Role[]) expect(menuOf([role]).map((item) => item.key)).toContain('settings')
  expect(menuOf(['SA']).map((item) => item.key)).not.toContain('settings')
})

it('opens marketing for marketers and approvals for deciders only', () => {
  expect(homeOf(['MKT'])).toBe('/marketing/segments')
  expect(mayApprove(['MKT'])).toBe(false)
  expect(mayApprove(['GM'])).toBe(true)
})
