/** 月结: companies that pay once a month. */
import { api, keyed, take, type Schema } from './typed'

export type MonthlyAccount = Schema<'MonthlyAccountRow'>
export type MonthlyAccountPage = Schema<'MonthlyAccountPage'>
export type AccountAct = Schema<'AccountDecisionIn'>['act']
export type MonthlyAccountTerms = Schema<'MonthlyAccountIn'>

const at = (id: number, key: string) => ({ path: { account_id: id }, header: keyed(key) })

export const readMonthlyAccounts = (storeId: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/monthly-accounts', { params: { query: { store_id: storeId } }, signal }))

export const readMonthlyAccount = (id: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/monthly-accounts/{account_id}', { params: { path: { account_id: id } }, signal }))

export const askForAccount = (terms: MonthlyAccountTerms, key: string) =>
  take(api.POST('/api/staff/monthly-accounts', { params: { header: keyed(key) }, body: terms }))

export const decideAccount = (id: number, act: AccountAct, version: number, key: string) =>
  take(api.POST('/api/staff/monthly-accounts/{account_id}/decision', { params: at(id, key), body: { act, version } }))

export const repayAccount = (id: number, amountFen: number, reference: string, monthId: number | null, version: number, key: string) =>
  take(
    api.POST('/api/staff/monthly-accounts/{account_id}/repayments', {
      params: at(id, key),
      body: { amount_fen: amountFen, reference, month_id: monthId, version },
    }),
  )

export const chargeToAccount = (billId: number, amountFen: number, version: number, key: string) =>
  take(api.POST('/api/staff/bills/{bill_id}/account-charge', { params: { path: { bill_id: billId }, header: keyed(key) }, body: { amount_fen: amountFen, version } }))
