/** The catalogue for a car, with the chosen jobs at what they cost in one visit: the server knows which packages they make up. */
import { ref, watch, type Ref } from 'vue'
import { itemsFor, packagesFor, type DeskItem, type DeskPackage } from '@/api/appointments'

export interface VisitPrices {
  items: Ref<DeskItem[]>
  packages: Ref<DeskPackage[]>
  /** Reads the catalogue of another car or store. */
  read: (vehicleId: number, storeId: number) => Promise<void>
}

/** `together` are the jobs that one payer has done in one visit. */
export function useVisitPrices(together: () => readonly number[]): VisitPrices {
  const items = ref<DeskItem[]>([])
  const packages = ref<DeskPackage[]>([])
  let of: [number, number] | null = null
  let asked = 0

  async function read(vehicleId: number, storeId: number): Promise<void> {
    of = [vehicleId, storeId]
    const turn = ++asked
    const [found, offered] = await Promise.all([itemsFor(vehicleId, storeId, together()), packagesFor(vehicleId, storeId)])
    if (turn === asked) [items.value, packages.value] = [found, offered]
  }

  watch(
    () => together().join(','),
    async () => {
      if (!of || items.value.length === 0) return
      const turn = ++asked
      // Where the answer fails, the prices that stand stay; the estimate is priced by the server in any case.
      const found = await itemsFor(...of, together()).catch(() => null)
      if (found && turn === asked) items.value = found
    },
  )
  return { items, packages, read }
}

/** What a package says before it is chosen. */
export const packageWord = ({ name, price_fen: price, alone_fen: alone }: DeskPackage): string =>
  price == null || alone == null ? name : `${name} ${price / 100} 元（省 ${(alone - price) / 100} 元）`
