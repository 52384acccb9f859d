/** Reading a vehicle licence from its picture, where a service is set up for it. */
import { http } from './client'
import type { Schema } from './typed'

export type LicenceReading = Schema<'LicenceReading'>
export type LicenceRead = Schema<'LicenceRead'>

/** Sent once: nothing is kept of the picture, and the form works without an answer. */
export const readLicence = (picture: Blob, storeId: number) =>
  http.upload<LicenceReading>('/api/staff/reception/licence-readings', picture, { query: { store_id: storeId } })
