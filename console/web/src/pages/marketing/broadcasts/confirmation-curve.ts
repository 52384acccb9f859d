/** How each store's share of confirmed members grew, as ECharts draws it. */
import type { EChartsCoreOption } from 'echarts/core'
import type { StoreConfirmation } from '@/api/broadcasts'

type Color = (token: string) => string
const TARGET_PERCENT = 90
/** More lines than colours would not be told apart. */
export const MOST_LINES = 4

export const percentOf = (store: StoreConfirmation, hours = Infinity): number => (store.staff ? (store.hours.filter((at) => at <= hours).length / store.staff) * 100 : 0)
export const storeName = (store: StoreConfirmation): string => store.store || '没有门店的员工'

/** The finding of the chart: which store is how far from the target. */
export function finding(stores: readonly StoreConfirmation[]): string {
  const behind = stores.filter((store) => percentOf(store) < TARGET_PERCENT)
  if (!behind.length) return `${stores.length > 1 ? '各店' : storeName(stores[0]!)}确认率${stores.length > 1 ? '都' : ''}到了 ${TARGET_PERCENT}%`
  const worst = behind[0]!
  return `${storeName(worst)}确认率 ${Math.round(percentOf(worst))}%，离目标 ${TARGET_PERCENT}% 还差 ${Math.ceil((worst.staff * TARGET_PERCENT) / 100) - worst.hours.length} 人`
}

/** Steps: a share stays until the next member confirms. The line ends now, or when the broadcast ended. */
export function curve(stores: readonly StoreConfirmation[], untilHours: number, color: Color): EChartsCoreOption {
  const [text, quiet] = [color('text'), color('text-secondary')]
  return {
    aria: { enabled: true },
    grid: { left: 8, right: 108, top: 20, bottom: 28, containLabel: true },
    xAxis: { type: 'value', min: 0, max: untilHours, name: '开始后小时', nameLocation: 'middle', nameGap: 24, nameTextStyle: { color: quiet }, axisLabel: { color: quiet, showMaxLabel: false, formatter: (value: number) => `${Math.round(value)}` }, splitLine: { show: false } },
    yAxis: { type: 'value', min: 0, max: 100, interval: 25, axisLabel: { color: quiet, formatter: '{value}%' }, splitLine: { lineStyle: { color: color('line') } } },
    series: stores.slice(0, MOST_LINES).map((store, index) => ({
      type: 'line', step: 'end', symbol: 'none', lineStyle: { width: 2.5, color: color(`chart-${index + 1}`), type: index % 2 ? 'dashed' : 'solid' }, itemStyle: { color: color(`chart-${index + 1}`) },
      data: [[0, 0], ...store.hours.map((at, done) => [Math.min(at, untilHours), ((done + 1) / store.staff) * 100]), [untilHours, percentOf(store)]],
      endLabel: { show: true, color: text, fontSize: 13, formatter: () => `${storeName(store)} ${Math.round(percentOf(store))}%` },
      labelLayout: { moveOverlap: 'shiftY' },
      ...(index ? {} : { markLine: { silent: true, symbol: 'none', data: [{ yAxis: TARGET_PERCENT }], lineStyle: { color: text, type: 'dashed', width: 1.5 }, label: { formatter: `目标 ${TARGET_PERCENT}%`, position: 'insideStartTop', color: text } } }),
    })),
  }
}
