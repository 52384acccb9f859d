/** What a person says of a file: which sheets are taken, what their columns hold, which model an unknown text is. */
import type { ColumnPlan, Entity, FieldWord, ImportJob, Plan, SheetPlan } from '@/api/imports'

export interface SheetMapping {
  index: number
  isChosen: boolean
  entity: Entity | ''
  /** By the column's place; '' is not taken. */
  fields: Record<number, string>
}

export interface Mapping {
  sheets: SheetMapping[]
  /** Text of the file → the model's id, '' for 其他车型. */
  models: Record<string, string>
  acceptsUncheckedVins: boolean
}

export type Fields = Record<string, FieldWord[]>

/** These may stand in several columns: all phones are taken, of dates the earliest. */
const SEVERAL = new Set(['phone', 'phone_2', 'landline', 'insurance_ends_on', 'inspection_due_on', 'note'])

export const canBeSaid = (column: ColumnPlan): boolean => !column.is_sensitive && !column.is_refused

/** A field that is filed somewhere stays; one that is only known by name counts as not taken. */
const kept = (fields: Fields, entity: Entity | '', field: string | null): string =>
  field && (fields[entity] ?? []).some(({ name }) => name === field) ? field : ''

/** Texts that no model of the catalogue fits, each once over all sheets. */
const unknownModels = (sheets: readonly SheetPlan[]): string[] => [...new Set(sheets.flatMap((sheet) => sheet.unknown_models ?? []))]

export function mappingOf(job: ImportJob, fields: Fields): Mapping {
  const chosen = job.value_maps.model ?? {}
  return {
    sheets: job.sheets.map((sheet) => ({
      index: sheet.index,
      isChosen: sheet.is_chosen,
      entity: sheet.entity ?? '',
      fields: Object.fromEntries((sheet.columns ?? []).map((column) => [column.index, kept(fields, sheet.entity ?? '', column.field)])),
    })),
    models: Object.fromEntries(unknownModels(job.sheets).map((text) => [text, chosen[text] ?? ''])),
    acceptsUncheckedVins: job.accepts_unchecked_vins,
  }
}

/** As the server wants it; maps of other words than models stay as they are. */
export function planOf(mapping: Mapping, job: ImportJob, version: number): Plan {
  const models = Object.fromEntries(Object.entries(mapping.models).filter(([, model]) => model))
  return {
    sheets: mapping.sheets.map(({ index, isChosen, entity, fields }) => ({
      index,
      is_chosen: isChosen,
      entity: entity || null,
      columns: Object.entries(fields).map(([column, field]) => ({ index: Number(column), field: field || null })),
    })),
    value_maps: { ...job.value_maps, model: models },
    accepts_unchecked_vins: mapping.acceptsUncheckedVins,
    version,
  }
}

/** The sheet as another kind: a column keeps its field where the new kind has it too, under its own name or another's. */
export function asKind(sheet: SheetMapping, entity: Entity, fields: Fields): SheetMapping {
  const known = (fields[entity] ?? []).map(({ name }) => name)
  const bare = (field: string): string => field.slice(field.indexOf('.') + 1)
  const found = (field: string): string => (known.includes(field) ? field : field && known.find((name) => bare(name) === bare(field))) || ''
  return { ...sheet, entity, fields: Object.fromEntries(Object.entries(sheet.fields).map(([column, field]) => [column, found(field)])) }
}

/** Words of the fields a chosen sheet cannot do without and has not. */
export function missing(sheet: SheetMapping, fields: Fields): string[] {
  if (!sheet.isChosen || !sheet.entity) return []
  const has = new Set(Object.values(sheet.fields))
  return (fields[sheet.entity] ?? []).filter(({ name, is_required }) => is_required && !has.has(name)).map(({ word }) => word)
}

/** Fields that stand in two columns and hold one value: only the left one is read. */
export function twice(sheet: SheetMapping, fields: Fields): string[] {
  const said = Object.values(sheet.fields)
  return (fields[sheet.entity] ?? []).filter(({ name }) => !SEVERAL.has(name) && said.filter((field) => field === name).length > 1).map(({ word }) => word)
}

/** How a mapping reads when two people's are put side by side. */
export function readMapping(mapping: Mapping, job: ImportJob, fields: Fields): string {
  return mapping.sheets
    .map((sheet) => {
      const plan = job.sheets.find(({ index }) => index === sheet.index)
      if (!sheet.isChosen) return `${plan?.name}：不导入`
      const words = new Map((fields[sheet.entity] ?? []).map(({ name, word }) => [name, word]))
      const columns = (plan?.columns ?? []).filter(({ index }) => sheet.fields[index])
      return `${plan?.name}：${columns.map(({ index, header }) => `${header}→${words.get(sheet.fields[index] ?? '') ?? ''}`).join('，')}`
    })
    .join('；')
}

/** `A`, `Z`, `AA`: how the dealer's program calls a column. */
export function letters(index: number): string {
  const LETTERS = 26
  const last = String.fromCharCode(65 + (index % LETTERS))
  return index < LETTERS ? last : letters(Math.floor(index / LETTERS) - 1) + last
}
