/** 经营指标: the figures of stores and people, their last months, and the rows behind each figure. */
import { api, take, type Schema } from './typed'

export type Board = Schema<'Board'>
export type StoreFigures = Schema<'StoreFigures'>
export type KpiFigures = Schema<'KpiFigures'>
export type KpiDefinition = Schema<'KpiDefinition'>
export type Figure = Schema<'Figure'>
export type PersonFigures = Schema<'PersonFigures'>
export type MonthFigures = Schema<'MonthFigures'>
export type KpiRow = Schema<'KpiRow'>
export type Kpi = KpiDefinition['kpi']
export type Period = 'today' | 'month' | 'before'

export interface RowsQuestion {
  kpi: Kpi
  store_id: number
  period?: Period
  staff_id?: number
  counted?: 'yes' | 'no'
  cursor?: string
}

export const readFigures = (signal?: AbortSignal) => take(api.GET('/api/staff/reports/figures', { signal }))
export const readPeople = (storeId: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/reports/people', { params: { query: { store_id: storeId } }, signal }))
export const readMonths = (storeId: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/reports/months', { params: { query: { store_id: storeId } }, signal }))
export const readFigureRows = (query: RowsQuestion, signal?: AbortSignal) =>
  take(api.GET('/api/staff/reports/rows', { params: { query }, signal }))
