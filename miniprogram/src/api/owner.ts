/** The owner API by what a page wants: one function for each call, its types the server's. */
import { platform } from '@/platform'
import { allShown, call, forgetSession, signedIn } from './client'
import type { AskAnswer, AskKind, Bill, CancelCause, Decision, Estimate, Extra, Inspection, Progress, DeclineCause } from './shapes'

export interface WantedSlot {
  vehicle_id: number
  store_id: number
  item_ids: number[]
  starts_at: string
}

async function extraShown(sheet: Extra): Promise<Extra> {
  return { ...sheet, items: await Promise.all(sheet.items.map(async (item) => ({ ...item, photos: await allShown(item.photos) }))) }
}

async function inspectionShown(report: Inspection): Promise<Inspection> {
  return { ...report, photos: await allShown(report.photos), damages: await allShown(report.damages) }
}

const order = (repair_order_id: number) => ({ path: { repair_order_id } })
const bill = (bill_id: number) => ({ path: { bill_id } })
const appointment = (appointment_id: number) => ({ path: { appointment_id } })

export const owner = {
  me: () => call('get', '/api/owner/me'),
  /** A session that was begun without it is begun again. */
  givePhone: async (code: string) => {
    const answer = await call('put', '/api/owner/me/phone', { body: { code } })
    forgetSession()
    return answer
  },
  bind: (vinLast6: string, key: string) => call('post', '/api/owner/vehicles', { body: { vin_last6: vinLast6 }, key }),
  bindingRequests: () => call('get', '/api/owner/vehicles/licences'),
  /** The photo goes in as its raw bytes; the same bytes give the same key. */
  keepPhoto: (bytes: ArrayBuffer) => call('post', '/api/owner/media', { body: bytes }),
  sendLicence: (vinLast6: string, storeId: number, photoKey: string, key: string) =>
    call('post', '/api/owner/vehicles/licences', { body: { vin_last6: vinLast6, store_id: storeId, licence_media: photoKey }, key }),
  stopMarketing: (key: string) => call('post', '/api/owner/marketing-stop', { key }),
  resumeMarketing: () => call('delete', '/api/owner/marketing-stop'),

  home: (vehicle_id?: number) => call('get', '/api/owner/home', { query: { vehicle_id } }),
  contact: (query: { repair_order_id?: number; store_id?: number }) => call('get', '/api/owner/contact', { query }),
  stores: () => call('get', '/api/owner/stores'),
  booking: (query: { vehicle_id: number; store_id?: number; item_ids?: string; day?: string }) => call('get', '/api/owner/booking', { query }),
  hold: (wanted: WantedSlot, key: string) => call('post', '/api/owner/slot-holds', { body: wanted, key }),
  book: (wanted: WantedSlot & { note: string; coupon_id: number | null; campaign_token: string }, key: string) =>
    call('post', '/api/owner/appointments', { body: { ...wanted, waits_on_site: false, valet: [] }, key }),
  appointments: () => call('get', '/api/owner/appointments'),
  appointment: (id: number) => call('get', '/api/owner/appointments/{appointment_id}', appointment(id)),
  reschedule: (id: number, startsAt: string, version: number, key: string) =>
    call('post', '/api/owner/appointments/{appointment_id}/reschedule', { ...appointment(id), body: { starts_at: startsAt, version }, key }),
  otherTimes: (id: number) => call('get', '/api/owner/appointments/{appointment_id}/other-times', appointment(id)),
  changePage: (id: number, day?: string) => call('get', '/api/owner/appointments/{appointment_id}/reschedule', { ...appointment(id), query: { day } }),
  cancelPage: (id: number) => call('get', '/api/owner/appointments/{appointment_id}/cancellation', appointment(id)),
  cancel: (id: number, body: { cause: CancelCause | null; words: string }, key: string) =>
    call('post', '/api/owner/appointments/{appointment_id}/cancellation', { ...appointment(id), body, key }),

  valet: (id: number) => call('get', '/api/owner/appointments/{appointment_id}/valet-runs', appointment(id)),
  askForRun: (id: number, wish: { kind: 'PICK_UP' | 'RETURN'; address: string; phone: string; window_from: string; window_to: string }, key: string) =>
    call('post', '/api/owner/appointments/{appointment_id}/valet-runs', { ...appointment(id), body: { ...wish, latitude: null, longitude: null }, key }),
  cancelRun: (id: number, version: number, key: string) =>
    call('post', '/api/owner/valet-runs/{valet_run_id}/cancellation', { path: { valet_run_id: id }, body: { version }, key }),

  templates: () => call('get', '/api/owner/subscribe-templates'),
  subscribed: (choices: { template_id: string; is_accepted: boolean }[], key: string) =>
    call('post', '/api/owner/subscribe-choices', { body: { choices }, key }),

  progress: async (id: number): Promise<Progress> => {
    const page = await call('get', '/api/owner/repair-orders/{repair_order_id}', order(id))
    return { ...page, nodes: await Promise.all(page.nodes.map(async (node) => ({ ...node, photos: await allShown(node.photos) }))) }
  },
  besideProgress: (id: number) => call('get', '/api/owner/repair-orders/{repair_order_id}/beside', order(id)),
  lending: (lending_id: number) => call('get', '/api/owner/lendings/{lending_id}', { path: { lending_id } }),
  answerAsk: (id: number, kind: AskKind, answer: AskAnswer, key: string) =>
    call('post', '/api/owner/repair-orders/{repair_order_id}/reach-answers', { ...order(id), body: { kind, answer }, key }),
  /** The WeCom code of the order's advisor; the first who asks has it made. */
  advisorCode: (id: number) => call('put', '/api/owner/repair-orders/{repair_order_id}/advisor-code', order(id)),
  diagnosisTerms: (store_id: number) => call('get', '/api/owner/stores/{store_id}/diagnosis-terms', { path: { store_id } }),
  share: (id: number, label: string) => call('post', '/api/owner/repair-orders/{repair_order_id}/shares', { ...order(id), body: { label, hours: null } }),
  shares: (repair_order_id: number) => call('get', '/api/owner/shares', { query: { repair_order_id } }),
  revokeShare: (share_id: number) => call('delete', '/api/owner/shares/{share_id}', { path: { share_id } }),
  /** The address of the live stream, replaying after the given number. */
  liveAddress: async (id: number, after: number) => {
    const server = (await platform.server()).replace(/^http/, 'ws')
    return `${server}/api/owner/repair-orders/${id}/live?after=${after}&token=${encodeURIComponent((await signedIn()).token)}`
  },
  inspection: async (id: number) => inspectionShown(await call('get', '/api/owner/repair-orders/{repair_order_id}/inspection', order(id))),
  sign: async (id: number, inspectedAt: string, signature: string, key: string) =>
    inspectionShown(
      await call('post', '/api/owner/repair-orders/{repair_order_id}/inspection/signature', {
        ...order(id), body: { inspected_at: inspectedAt, signature }, key,
      }),
    ),
  estimate: (id: number): Promise<Estimate> => call('get', '/api/owner/repair-orders/{repair_order_id}/estimate', order(id)),
  authorise: (id: number, version: number, declined: number[], keepsOldParts: boolean, key: string) =>
    call('post', '/api/owner/repair-orders/{repair_order_id}/estimate/authorisation', {
      ...order(id), body: { version, declined_line_ids: declined, keeps_old_parts: keepsOldParts, signature: null }, key,
    }),
  declineEstimate: (id: number, body: { version: number; cause: DeclineCause | null; words: string }, key: string) =>
    call('post', '/api/owner/repair-orders/{repair_order_id}/estimate/decline', { ...order(id), body, key }),
  extra: async (id: number) => extraShown(await call('get', '/api/owner/additional-work/{additional_work_id}', { path: { additional_work_id: id } })),
  newestExtra: async (orderId: number): Promise<Extra> => {
    const [newest] = await call('get', '/api/owner/repair-orders/{repair_order_id}/additional-work', order(orderId))
    if (!newest) throw new Error('没有要您决定的项目。')
    return extraShown(newest)
  },
  outlook: (additional_work_id: number, lineIds: number[]) =>
    call('get', '/api/owner/additional-work/{additional_work_id}/outlook', { path: { additional_work_id }, query: { agreed: lineIds.join(',') } }),
  decide: async (sheet: Extra, decisions: Record<number, Decision>, signature: string, key: string) =>
    extraShown(
      await call('post', '/api/owner/additional-work/{additional_work_id}/decisions', {
        path: { additional_work_id: sheet.id },
        body: {
          version: sheet.version,
          decisions: Object.entries(decisions).map(([lineId, decision]) => ({ line_id: Number(lineId), decision })),
          decline_signature: signature || null,
        },
        key,
      }),
    ),

  bill: (id: number) => call('get', '/api/owner/bills/{bill_id}', bill(id)),
  billOf: (orderId: number) => call('get', '/api/owner/repair-orders/{repair_order_id}/bill', order(orderId)),
  chooseCoupons: (shownBill: Bill, couponIds: number[]) =>
    call('put', '/api/owner/bills/{bill_id}/coupons', { ...bill(shownBill.id), body: { coupon_ids: couponIds, version: shownBill.version } }),
  pay: (shownBill: Bill) => call('put', '/api/owner/bills/{bill_id}/payment', { ...bill(shownBill.id), body: { version: shownBill.version } }),
  paymentStanding: (id: number) => call('get', '/api/owner/bills/{bill_id}/payment', bill(id)),
  handOver: (id: number) => call('get', '/api/owner/repair-orders/{repair_order_id}/hand-over', order(id)),
  confirmHandOver: (id: number, key: string) => call('post', '/api/owner/repair-orders/{repair_order_id}/hand-over/confirmation', { ...order(id), key }),
  disputeHandOver: (id: number, reason: string, key: string) =>
    call('post', '/api/owner/repair-orders/{repair_order_id}/hand-over/dispute', { ...order(id), body: { reason }, key }),
  openSurveys: () => call('get', '/api/owner/surveys'),
  survey: (survey_id: number) => call('get', '/api/owner/surveys/{survey_id}', { path: { survey_id } }),
  answerSurvey: (survey_id: number, answers: { recommend: number; satisfied: boolean; explained: boolean; comment: string }, key: string) =>
    call('post', '/api/owner/surveys/{survey_id}/answers', { path: { survey_id }, body: answers, key }),

  family: () => call('get', '/api/owner/family'),
  namePerson: (body: { vehicle_ids: number[]; name: string; phone: string; limit_fen: number; until_on: string | null }, key: string) =>
    call('post', '/api/owner/family/persons', { body, key }),
  changePerson: (person_id: number, body: { limit_fen: number; until_on: string | null; version: number }) =>
    call('put', '/api/owner/family/persons/{person_id}', { path: { person_id }, body }),
  revokePerson: (person_id: number) => call('delete', '/api/owner/family/persons/{person_id}', { path: { person_id } }),
  acceptInvitation: (person_id: number, version: number, key: string) =>
    call('post', '/api/owner/family/invitations/{person_id}/acceptance', { path: { person_id }, body: { version }, key }),
  declineInvitation: (person_id: number) => call('delete', '/api/owner/family/invitations/{person_id}', { path: { person_id } }),

  coupons: () => call('get', '/api/owner/coupons'),
  couponTerms: (coupon_id: number) => call('get', '/api/owner/coupons/{coupon_id}/terms', { path: { coupon_id } }),
  showCoupon: (coupon_id: number) => call('post', '/api/owner/coupons/{coupon_id}/codes', { path: { coupon_id } }),
  claim: (coupon_id: number, vehicle_id: number | null, key: string) => call('post', '/api/owner/coupons/{coupon_id}/claim', { path: { coupon_id }, body: { vehicle_id }, key }),
  passOn: (coupon_id: number) => call('post', '/api/owner/coupons/{coupon_id}/passes', { path: { coupon_id } }),
  gift: (token: string) => call('get', '/api/owner/gifts/{token}', { path: { token } }),
  claimGift: (token: string, vehicle_id: number | null, key: string) => call('post', '/api/owner/gifts/{token}/claim', { path: { token }, body: { vehicle_id }, key }),
}
