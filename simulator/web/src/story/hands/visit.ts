/** The newcomer's visit as the staff see it. */
import { hero } from '../hero'
import { as, asNamed, take, useridOf, type Schema, type Staff } from '../people'

export type Order = Schema<'StaffRepairOrder'>
export type Line = Schema<'StaffLine'>

/** Whoever was given the job on the owner's car. */
export const TECHNICIAN = 'technician'
const USUAL_TECHNICIAN = 'chenzhiqiang'
/** Over before its time: the car left without the work. */
const GONE: readonly string[] = ['VOID', 'LEFT']
const ENDED: readonly string[] = ['DELIVERED', 'CLOSED', ...GONE]
export const TO_DO: readonly string[] = ['ASSIGNED', 'PAUSED', 'QC_FAIL', 'WORKING']

/** The newest visit, if there has been one. */
export async function newestVisit(): Promise<{ id: number; state: string } | undefined> {
  return (await hero().orders()).find((each) => !GONE.includes(each.state))
}

/** The visit that is not over yet. */
export async function openVisit(): Promise<{ id: number } | undefined> {
  return (await hero().orders()).find((each) => !ENDED.includes(each.state))
}

export async function orderId(): Promise<number> {
  const newest = await newestVisit()
  if (!newest) throw new Error('还没有接车，先做前面的步骤。')
  return newest.id
}

export async function order(staff: Staff): Promise<Order> {
  return take(staff.GET('/api/staff/repair-orders/{repair_order_id}', at(await orderId())))
}

export const at = (repair_order_id: number) => ({ params: { path: { repair_order_id } } })
export const atLine = (line_id: number) => ({ params: { path: { line_id } } })

/** A job is done by whoever it was given to. */
export const technicianOf = (line: Line): Promise<Staff> => (line.technician ? asNamed(line.technician) : as(USUAL_TECHNICIAN))

/** The WeCom userid of the person whose act it is. */
export async function whoseTurn(staff: string): Promise<string> {
  if (staff !== TECHNICIAN) return staff
  const given = (await order(await as('limin'))).lines.filter((line) => line.technician)
  const current = given.find((line) => line.state === 'WORKING') ?? given.find((line) => TO_DO.includes(line.state)) ?? given[0]
  return current?.technician ? useridOf(current.technician) : USUAL_TECHNICIAN
}
