/**
 * The story's own hands: each does through the staff API what a button of a console page does. 「替我点」 presses the
 * button where it is on the screen; these are for when it is not, and for jumping to a step.
 */
import { ApiError } from '@shared/http'
import * as marketing from './marketing'
import * as reception from './reception'
import * as workshop from './workshop'

const { goToAppointment, confirmBooking, checkIn, walkAround, estimate, price, markReady, sendBill, handOver } = reception
const { dispatch, start, find, partsMissing, partsArrived, handOutParts, finish, failCheck, passCheck, hasUndispatched, hasJobsLeft } = workshop
const { sixteenMonths, draftBroadcast, submitBroadcast, approveBroadcast, goToBroadcast, confirmTasks, fetchResults, lookAtResult } = marketing

const HANDS = {
  goToAppointment, confirmBooking, checkIn, walkAround, estimate, price, markReady, sendBill, handOver,
  dispatch, start, find, partsMissing, partsArrived, handOutParts, finish, failCheck, passCheck,
  sixteenMonths, draftBroadcast, submitBroadcast, approveBroadcast, goToBroadcast, confirmTasks, fetchResults, lookAtResult,
}
export type HandName = keyof typeof HANDS

const STALE = 'stale_version'

/** If somebody else was faster, read again, as a person would. */
export async function lend(hand: HandName): Promise<void> {
  try {
    await HANDS[hand]()
  } catch (reason) {
    if (!(reason instanceof ApiError) || reason.code !== STALE) throw reason
    await HANDS[hand]()
  }
}

export const CONDITIONS = { hasUndispatched, hasJobsLeft }
export type ConditionName = keyof typeof CONDITIONS
