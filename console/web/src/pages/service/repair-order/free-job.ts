/** A line of an estimate, be it a job of the catalogue or one in words: what it is called, how long it takes and what it costs. */
import type { DeskItem } from '@/api/appointments'
import type { EstimateLine, FreeJob, LabourPrices, OfferedAgain } from '@/api/repair-orders'

export const WORK_KINDS: { value: FreeJob['work_kind']; word: string }[] = [
  { value: 'SMALL', word: '小修、专项修理' },
  { value: 'SECOND', word: '二级维护' },
  { value: 'WHOLE', word: '总成修理、整车修理' },
]
export const BAYS: { value: FreeJob['bay_kind']; word: string }[] = [
  { value: 'GENERAL', word: '机电' },
  { value: 'BODY', word: '钣喷' },
]

export const emptyJob = (): FreeJob => ({ name: '', minutes: 30, labour_centihours: 0, labour_fen: 0, bay_kind: 'GENERAL', work_kind: 'SMALL', needs_road_test: false, parts: [] })

/** A line of the owner's own, with nothing taken off. */
export const lineOf = (of: { item_id: number } | { free: FreeJob }): EstimateLine => ({
  item_id: null, free: null, payer: 'CP', payer_approval_number: '', is_guarantee: false, is_required: false, discount_fen: 0, deductible_fen: 0, ...of,
})

/** A line as it was offered, to be offered again. */
export const again = (line: OfferedAgain['lines'][number]): EstimateLine => ({ ...line, free: line.free ? { ...line.free, bay_kind: line.free.bay_kind === 'BODY' ? 'BODY' : 'GENERAL' } : null })

export function partsFen(job: FreeJob): number {
  return job.parts.reduce((sum, part) => sum + part.quantity * part.price_fen, 0)
}

/** Hours at the store's rate, rounded as the server rounds; it prices the line in any case. */
export function labourFen(job: FreeJob, prices: LabourPrices | null): number {
  if (!job.labour_centihours) return job.labour_fen
  const hour = job.bay_kind === 'BODY' ? prices?.body_fen : prices?.general_fen
  return Math.round(((hour ?? 0) * job.labour_centihours) / 100)
}

/** What still keeps a job in words from the estimate; empty when nothing does. */
export function gapOf(job: FreeJob): string {
  if (!job.name.trim()) return '请写项目名称'
  if (job.parts.some((part) => !part.name.trim())) return '外购件要写名称'
  if (job.parts.some((part) => part.quantity < 1 || part.quantity > 99)) return '外购件数量是 1 到 99'
  if (job.labour_centihours && job.labour_fen) return '工时和一口价只写一个'
  if (!job.labour_centihours && !job.labour_fen && job.parts.length === 0) return '请写工时、一口价，或加外购件'
  return job.minutes >= 5 ? '' : '请写要多少分钟，至少 5 分钟'
}

/** Reads a wanted line against the catalogue and the store's prices. */
export function reading(itemOf: (id: number) => DeskItem | undefined, prices: () => LabourPrices | null) {
  const known = (line: EstimateLine) => (line.item_id == null ? undefined : itemOf(line.item_id))
  return {
    name: (line: EstimateLine): string => line.free?.name ?? known(line)?.name ?? '项目',
    minutes: (line: EstimateLine): number => line.free?.minutes ?? known(line)?.minutes ?? 0,
    fen: (line: EstimateLine): number =>
      line.free ? labourFen(line.free, prices()) + partsFen(line.free) : (known(line)?.labour_fen ?? 0) + (known(line)?.parts_fen ?? 0),
    /** What stands beside the name: the package, or the parts that are bought. */
    beside: (line: EstimateLine): string => {
      if (line.free) return line.free.parts.length ? `外购 ${line.free.parts.map((part) => `${part.name} ×${part.quantity}`).join('、')}` : '自由项目'
      return line.payer === 'CP' ? (known(line)?.package ?? '') : ''
    },
  }
}
