/** The rows of the board: one for each bay or each technician, with what stands in each and when nobody is there. */
import type { BayBoard, BayJob, ExpectedCar } from '@/api/workshop'
import { offOf, type Axis } from '../timeline/axis'

export interface BoardRow {
  /** `bay:5`, `technician:3`; empty where nothing can be dropped. */
  key: string
  name: string
  who: string
  note: string
  /** Why nothing can be done there today. */
  shut: string
  jobs: BayJob[]
  expected: ExpectedCar[]
  /** Parts of the day, in percent, in which nobody works there. */
  off: { left: string; width: string }[]
}

export interface PlacedJob extends BayJob {
  bay_id: number
}

export function rowsOf(board: BayBoard, by: 'bay' | 'technician', axis: Axis): BoardRow[] {
  return by === 'bay' ? bayRows(board) : technicianRows(board, axis)
}

function bayRows(board: BayBoard): BoardRow[] {
  const rows = board.bays.map((bay) => ({
    key: `bay:${bay.bay_id}`,
    name: bay.name,
    who: [...new Set(bay.jobs.map((job) => job.technician).filter(Boolean))].join('、'),
    note: bay.is_active ? `${bay.load_percent}%` : '停用',
    shut: bay.is_active ? '' : `停用${bay.closed_because ? `：${bay.closed_because}` : ''}`,
    jobs: [...bay.jobs],
    expected: board.expected.filter((car) => car.bay_id === bay.bay_id),
    off: [],
  }))
  const unseated = board.expected.filter((car) => car.bay_id == null)
  return unseated.length ? [...rows, { key: '', name: '没排到工位', who: '', note: `${unseated.length} 台`, shut: '', jobs: [], expected: unseated, off: [] }] : rows
}

function technicianRows(board: BayBoard, axis: Axis): BoardRow[] {
  const jobs = board.bays.flatMap((bay) => bay.jobs)
  const rows = board.technicians.map((person) => ({
    key: `technician:${person.technician_id}`,
    name: person.name,
    who: person.helps.length ? '在帮同事' : '',
    note: person.away || `${person.load_percent}%`,
    shut: person.away && `今天${person.away}`,
    jobs: jobs.filter((job) => job.technician_id === person.technician_id || person.helps.includes(job.line_id)),
    expected: [],
    off: offOf(person.shifts, axis),
  }))
  const known = new Set(board.technicians.map((person) => person.technician_id))
  const others = jobs.filter((job) => job.technician_id == null || !known.has(job.technician_id))
  const more: BoardRow[] = []
  if (others.length) more.push({ key: '', name: '其他', who: '', note: `${others.length} 项`, shut: '', jobs: others, expected: [], off: [] })
  if (board.expected.length) more.push({ key: '', name: '待到店', who: '', note: `${board.expected.length} 台`, shut: '', jobs: [], expected: [...board.expected], off: [] })
  return [...rows, ...more]
}

/** Where a job of the board is now, with its bay. */
export function bayOf(board: BayBoard, lineId: number): number | null {
  return board.bays.find((bay) => bay.jobs.some((job) => job.line_id === lineId))?.bay_id ?? null
}
