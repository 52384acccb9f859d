import type { DocumentKind } from '@/api/documents'

/** What each kind of document is called at the desk. */
export const DOCUMENTS: Record<DocumentKind, string> = {
  HC: '环车检查单', GJ: '估价单', WT: '委托书', ZX: '增项确认单', LL: '领料单', ZJ: '竣工检验单', JS: '结算清单',
  HG: '出厂合格证', SB: '三包维修记录', SJ: '收据', DB: '代步车协议', TK: '退款单',
}

/** Papers about a payment, a refund or a loan car; an order may have several. */
export const OF_THINGS: readonly DocumentKind[] = ['SJ', 'TK', 'DB']

/** The papers of the workshop tell no price and no phone; whoever works on the car may print them. */
const IN_THE_WORKSHOP: readonly DocumentKind[] = ['LL', 'ZJ']

export const mayPrint = (kind: DocumentKind, actions: readonly string[]): boolean =>
  actions.includes(IN_THE_WORKSHOP.includes(kind) ? 'documents.print_workshop' : 'documents.print')
