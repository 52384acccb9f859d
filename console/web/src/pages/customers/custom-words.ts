/** Values of custom fields as they are shown, typed and sent. */
import type { FieldValue, Given } from '@/api/custom-values'

export type Typed = Record<string, string>

/** What a form holds of a field. */
export const typed = (field: FieldValue): string => field.text ?? field.number ?? field.day ?? (field.yes == null ? '' : field.yes ? 'yes' : 'no')

/** What a page shows of it; '' when nobody filled it. */
export function shown(field: FieldValue): string {
  if (field.is_hidden) return '（您不能看）'
  if (field.yes != null) return field.yes ? '是' : '否'
  return typed(field)
}

/** The fields somebody may fill. */
export const fillable = (fields: readonly FieldValue[]): FieldValue[] => fields.filter((field) => field.is_live && !field.is_hidden)

/** What changed, as it is sent; an emptied field is null. */
export function changedOf(fields: readonly FieldValue[], values: Typed): Given {
  const changed = fillable(fields).filter((field) => (values[field.code] ?? '') !== typed(field))
  return Object.fromEntries(changed.map((field) => [field.code, sent(field, values[field.code] ?? '')]))
}

function sent(field: FieldValue, value: string): string | boolean | null {
  if (value.trim() === '') return null
  return field.kind === 'YES' ? value === 'yes' : value
}
