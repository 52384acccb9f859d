/** Appointments of a store, and what the desk asks before it books one. */
import { api, keyed, take, type Schema } from './typed'

export type Appointment = Schema<'StaffAppointment'>
export type Suggestion = Schema<'Suggestion'>
export type Booked = Schema<'Booked'>
export type DeskCustomer = Schema<'ReceptionCustomerOut'>
export type DeskCar = Schema<'ReceptionCarOut'>
export type DeskModel = Schema<'CatalogueModel'>
export type DeskItem = Schema<'ReceptionItemOut'>
export type DeskPackage = Schema<'ReceptionPackageOut'>
export type DeskSlot = Schema<'ReceptionSlotOut'>
export type NewBooking = Schema<'StaffBookIn'>

export const readAppointment = (id: number) =>
  take(api.GET('/api/staff/appointments/{appointment_id}', { params: { path: { appointment_id: id } } }))

export const readPreparation = (id: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/appointments/{appointment_id}/preparation', { params: { path: { appointment_id: id } }, signal }))

/** A store's bookings that begin on these days, in every state. */
export const readBooked = (query: { store_id: number; day: string; days: number }, signal?: AbortSignal) =>
  take(api.GET('/api/staff/appointments/days', { params: { query }, signal }))

export const readUnconfirmed = (storeId: number) =>
  take(api.GET('/api/staff/appointments/waiting', { params: { query: { store_id: storeId } } }))

export const confirmAppointment = (id: number, version: number, key: string) =>
  take(
    api.POST('/api/staff/appointments/{appointment_id}/confirmation', {
      params: { path: { appointment_id: id }, header: keyed(key) },
      body: { version },
    }),
  )

export const noteArrival = (id: number, version: number, key: string) =>
  take(
    api.POST('/api/staff/appointments/{appointment_id}/arrival', {
      params: { path: { appointment_id: id }, header: keyed(key) },
      body: { version },
    }),
  )

export const moveAppointment = (id: number, startsAt: string, version: number, key: string) =>
  take(
    api.POST('/api/staff/appointments/{appointment_id}/reschedule', {
      params: { path: { appointment_id: id }, header: keyed(key) },
      body: { starts_at: startsAt, version },
    }),
  )

export const cancelAppointment = (id: number, reason: string, version: number, key: string) =>
  take(
    api.POST('/api/staff/appointments/{appointment_id}/cancellation', {
      params: { path: { appointment_id: id }, header: keyed(key) },
      body: { reason, version },
    }),
  )

/** The car of somebody who booked by plate, read off it when it comes. */
export const registerVisitorsCar = (id: number, body: Schema<'VisitorsCarIn'>, key: string) =>
  take(
    api.POST('/api/staff/appointments/{appointment_id}/car', {
      params: { path: { appointment_id: id }, header: keyed(key) },
      body,
    }),
  )

export const book = (body: NewBooking, key: string) =>
  take(api.POST('/api/staff/appointments', { params: { header: keyed(key) }, body }))

/** For a stranger on the phone: their car is a model and, if they know it, a plate. */
export const bookByPhone = (body: Schema<'PhoneBookingIn'>, key: string) =>
  take(api.POST('/api/staff/phone-bookings', { params: { header: keyed(key) }, body }))

export const phoneCatalogue = (storeId: number, modelId: number, together: readonly number[] = []) =>
  take(api.GET('/api/staff/phone-bookings/catalogue', { params: { query: { store_id: storeId, model_id: modelId, together: together.join(',') } } }))

export const phoneSlots = (query: { store_id: number; model_id: number; item_ids: string; from_day?: string; days?: number }, signal?: AbortSignal) =>
  take(api.GET('/api/staff/phone-bookings/slots', { params: { query }, signal }))

export const findCustomers = (q: string, signal?: AbortSignal) =>
  take(api.GET('/api/staff/reception/customers', { params: { query: { q } }, signal }))

export const carsOf = (customerId: number) =>
  take(api.GET('/api/staff/reception/customers/{customer_id}/cars', { params: { path: { customer_id: customerId } } }))

export const readModels = () => take(api.GET('/api/staff/reception/models'))

export const register = (body: Schema<'RegisterIn'>, key: string) =>
  take(api.POST('/api/staff/reception/registrations', { params: { header: keyed(key) }, body }))

/** The catalogue; the jobs of `together` at what they cost in one visit, in packages too. */
export const itemsFor = (vehicleId: number, storeId: number, together: readonly number[] = []) =>
  take(
    api.GET('/api/staff/reception/service-items/{vehicle_id}/{store_id}', {
      params: { path: { vehicle_id: vehicleId, store_id: storeId }, query: { together: together.join(',') } },
    }),
  )

export const packagesFor = (vehicleId: number, storeId: number) =>
  take(
    api.GET('/api/staff/reception/packages/{vehicle_id}/{store_id}', {
      params: { path: { vehicle_id: vehicleId, store_id: storeId } },
    }),
  )

export interface SlotQuestion {
  customer_id: number
  vehicle_id: number
  store_id: number
  item_ids: string
  from_day?: string
  days?: number
}

export const slotsFor = (query: SlotQuestion, signal?: AbortSignal) =>
  take(api.GET('/api/staff/reception/slots', { params: { query }, signal }))

/** Where an appointment can be moved to; its own place counts as free, and its car need not be known. */
export const slotsToMove = (appointment_id: number, query: { from_day: string; days: number }, signal?: AbortSignal) =>
  take(api.GET('/api/staff/reception/appointments/{appointment_id}/slots', { params: { path: { appointment_id }, query }, signal }))

export const placesLeft = (storeId: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/reception/places', { params: { query: { store_id: storeId } }, signal }))
