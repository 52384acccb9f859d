import { count } from '@shared/format'
import type { Alternative, Bin } from '@/api/workshop'

const MOVEMENTS: Record<string, string> = { OPENING: '期初', ARRIVED: '到货', ISSUED: '领料', RETURNED: '退库', MOVED: '移货位', ADJUSTED: '调整', TRANSFER_OUT: '调出', TRANSFER_IN: '调入' }

/** 库存流水's kind as the store room says it. */
export const movementSaid = (kind: string): string => MOVEMENTS[kind] ?? kind

/** A bin's name; pieces nobody has placed yet lie in one without a name. */
export const binSaid = (bin: string): string => bin || '未上架'

/** `A-01 12 件，未上架 3 件`; empty where nothing lies. */
export const binsSaid = (bins: readonly Bin[]): string => bins.map((one) => `${binSaid(one.bin)} ${count(one.on_hand)} 件`).join('，')

/** `后刹车片 PAD-R（云帆X6）可用 4 件，别的店 2 件`, joined. */
export const alternativesSaid = (some: readonly Alternative[]): string =>
  some.map((one) => `${one.name} ${one.number}${one.series ? `（${one.series}）` : ''}可用 ${count(one.free)} 件${one.elsewhere ? `、别的店 ${count(one.elsewhere)} 件` : ''}`).join('，')
