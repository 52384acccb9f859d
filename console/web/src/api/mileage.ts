/** Putting a mileage right: of a visit, or of any reading of a car. */
import { api, keyed, take, type Schema } from './typed'

export type KeptReading = Schema<'ReadingOut'>

export const correctOrderMileage = (orderId: number, body: Schema<'OrderMileageIn'>, key: string) =>
  take(
    api.POST('/api/staff/repair-orders/{repair_order_id}/mileage', {
      params: { path: { repair_order_id: orderId }, header: keyed(key) },
      body,
    }),
  )

export const readReadings = (vehicleId: number) =>
  take(api.GET('/api/staff/vehicles/{vehicle_id}/readings', { params: { path: { vehicle_id: vehicleId } } }))

export const correctReading = (vehicleId: number, body: Schema<'ReadingIn'>, key: string) =>
  take(
    api.POST('/api/staff/vehicles/{vehicle_id}/readings/corrections', {
      params: { path: { vehicle_id: vehicleId }, header: keyed(key) },
      body,
    }),
  )
