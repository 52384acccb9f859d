/** What helps an order whose promise is at risk: the word, and where it is done. */
import type { RouteLocationRaw } from 'vue-router'
import type { PromiseAtRisk } from '@/api/workshop'

const WORDS: Record<PromiseAtRisk['risk'], string> = {
  OWNER: '等车主决定',
  PARTS: '等配件',
  DISPATCH: '还没派工',
  REWORK: '质检没过，要返工',
  QUALITY: '等质检',
  REST: '施工暂停',
  QUEUE: '派了工，还没开工',
  OVERRUN: '施工时间不够',
  READYING: '质检过了，还没完工',
}

export const riskWord = (row: PromiseAtRisk): string => WORDS[row.risk]

export function helpOf(row: PromiseAtRisk): { word: string; to: RouteLocationRaw } {
  const order = { name: 'repair-order', params: { id: row.id } }
  switch (row.risk) {
    case 'OWNER': return { word: '打电话问车主', to: order }
    case 'PARTS': return { word: '看配件到货', to: '/parts/picks' }
    case 'DISPATCH': return { word: '去派工', to: { name: 'workshop' } }
    case 'QUALITY': return { word: '去质检', to: { name: 'quality' } }
    case 'READYING': return { word: '去完工', to: order }
    case 'REST':
    case 'QUEUE':
    case 'REWORK':
    case 'OVERRUN': return { word: '换人或换工位', to: { name: 'workshop' } }
  }
}
