/** 怎么去: the store on the map of the phone; where the store has no coordinates, its address for the owner's own map. */
import { platform } from '@/platform'

export interface Where {
  address: string
  latitude: number | null
  longitude: number | null
}

export async function showWay(name: string, { address, latitude, longitude }: Where): Promise<void> {
  await platform.openLocation({ name, address, ...(latitude == null || longitude == null ? {} : { latitude, longitude }) })
}
