/** The catalogue for a car or a model, with the chosen jobs at what they cost in one visit: the server knows which packages they make up. */
import { ref, watch, type Ref } from 'vue'
import { itemsFor, packagesFor, phoneCatalogue, type DeskItem, type DeskPackage } from '@/api/appointments'

export interface VisitPrices {
  items: Ref<DeskItem[]>
  packages: Ref<DeskPackage[]>
  /** Reads the catalogue of another car or store. */
  read: (vehicleId: number, storeId: number) => Promise<void>
  /** Reads what can be booked for a car of a model, which nobody has seen. */
  readModel: (modelId: number, storeId: number) => Promise<void>
}

type Ask = (together: readonly number[], all: boolean) => Promise<{ items: DeskItem[]; packages?: DeskPackage[] }>

/** `together` are the jobs that one payer has done in one visit. */
export function useVisitPrices(together: () => readonly number[]): VisitPrices {
  const items = ref<DeskItem[]>([])
  const packages = ref<DeskPackage[]>([])
  let ask: Ask | null = null
  let asked = 0

  async function begin(of: Ask): Promise<void> {
    ask = of
    const turn = ++asked
    const found = await of(together(), true)
    if (turn === asked) [items.value, packages.value] = [found.items, found.packages ?? []]
  }

  const read = (vehicleId: number, storeId: number): Promise<void> =>
    begin(async (ids, all) => {
      const [found, offered] = await Promise.all([itemsFor(vehicleId, storeId, ids), all ? packagesFor(vehicleId, storeId) : undefined])
      return { items: found, packages: offered }
    })

  const readModel = (modelId: number, storeId: number): Promise<void> => begin((ids) => phoneCatalogue(storeId, modelId, ids))

  watch(
    () => together().join(','),
    async () => {
      if (!ask || items.value.length === 0) return
      const turn = ++asked
      // Where the answer fails, the prices that stand stay; the estimate is priced by the server in any case.
      const found = await ask(together(), false).catch(() => null)
      if (found && turn === asked) items.value = found.items
    },
  )
  return { items, packages, read, readModel }
}

/** What a package says before it is chosen. */
export const packageWord = ({ name, price_fen: price, alone_fen: alone }: DeskPackage): string =>
  price == null || alone == null ? name : `${name} ${price / 100} 元（省 ${(alone - price) / 100} 元）`
