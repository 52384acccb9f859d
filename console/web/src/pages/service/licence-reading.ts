/** What a reading of a licence fills in the form of a new car: only fields that are empty, each to be compared by a person. */
import type { LicenceRead } from '@/api/licence-readings'

export type ReadField = 'name' | 'plate' | 'vin'

/**
 * The values for the fields that are empty, or still as an earlier picture filled them (`unseen`): two licences never mix.
 * What somebody typed or compared stays. A known customer's name is not asked for.
 */
export function filling(given: Record<ReadField, string>, unseen: ReadField[], read: LicenceRead, isCustomerKnown: boolean): Partial<Record<ReadField, string>> {
  const found: Record<ReadField, string | null> = { name: isCustomerKnown ? null : read.owner_name, plate: read.plate, vin: read.vin }
  const open = (Object.keys(found) as ReadField[]).filter((field) => unseen.includes(field) || (found[field] && !given[field].trim()))
  return Object.fromEntries(open.map((field) => [field, found[field] ?? '']))
}
