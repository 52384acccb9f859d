/** What a return cost against how many more came, one dot with its interval for each broadcast. */
import type { EChartsCoreOption } from 'echarts/core'
import { count, pointDifference, yuan } from '@shared/format'
import type { PortfolioRow } from '@/api/broadcasts'

type Color = (token: string) => string
type Api = { coord: (at: number[]) => number[] }

/** A broadcast of which a return's cost is known, so that it has a place in the chart. */
export type Placed = PortfolioRow & { lift: NonNullable<PortfolioRow['lift']>; cost_per_return: NonNullable<PortfolioRow['cost_per_return']> }
export const placed = (rows: readonly PortfolioRow[]): Placed[] => rows.filter((row): row is Placed => !!row.lift && !!row.cost_per_return)

/** The finding: how many broadcasts certainly brought somebody, and the cheapest of them. */
export function finding(rows: readonly PortfolioRow[]): string {
  const sure = placed(rows).filter((row) => row.lift.is_visible && row.lift.difference > 0)
  if (!rows.length) return '还没有开始过的群发'
  if (!sure.length) return `${count(rows.length)} 次群发，还没有一次看得出效果`
  const best = sure.reduce((least, row) => (row.cost_per_return.per_return_fen < least.cost_per_return.per_return_fen ? row : least))
  return `${count(rows.length)} 次群发里 ${count(sure.length)} 次有效；最省的是${best.name}，每多来 1 人 ${yuan(best.cost_per_return.per_return_fen)} 元`
}

/** Grey where the interval crosses zero. Right is more people, low is cheap; a cost without an upper bound ends at its dot. */
export function costAgainstLift(rows: readonly Placed[], color: Color): EChartsCoreOption {
  const [text, quiet] = [color('text'), color('text-secondary')]
  const xs = rows.flatMap(({ lift }) => [lift.low * 100, lift.high * 100])
  const most = Math.max(...rows.map((row) => row.cost_per_return.per_return_fen / 100)) * 1.4
  return {
    grid: { left: 16, right: 24, top: 24, bottom: 32, containLabel: true },
    xAxis: { type: 'value', min: Math.floor(Math.min(0, ...xs)), max: Math.ceil(Math.max(1, ...xs)), name: '比对照组多来（百分点）', nameLocation: 'middle', nameGap: 26, nameTextStyle: { color: quiet }, axisLabel: { color: quiet }, splitLine: { show: false } },
    yAxis: { type: 'value', min: 0, max: Math.ceil(most), name: '每多来 1 人（元）', nameTextStyle: { color: quiet, align: 'left' }, axisLabel: { color: quiet, showMaxLabel: false }, splitLine: { lineStyle: { color: color('line') } } },
    series: [{
      type: 'custom', clip: true, data: rows.map((row) => [row.lift.difference * 100, row.cost_per_return.per_return_fen / 100]),
      renderItem: ({ dataIndex }: { dataIndex: number }, api: Api) => {
        const { lift, cost_per_return: cost, name } = rows[dataIndex]!
        const ink = lift.is_visible ? color('chart-1') : color('state-idle-text')
        const [x, y] = api.coord([lift.difference * 100, cost.per_return_fen / 100]) as [number, number]
        const [left] = api.coord([lift.low * 100, 0]) as [number, number]
        const [right] = api.coord([lift.high * 100, 0]) as [number, number]
        const [, low] = api.coord([0, cost.low_fen / 100]) as [number, number]
        const [, high] = api.coord([0, Math.min(most, (cost.high_fen ?? cost.per_return_fen) / 100)]) as [number, number]
        const line = (x1: number, y1: number, x2: number, y2: number) => ({ type: 'line', shape: { x1, y1, x2, y2 }, style: { stroke: ink, lineWidth: 2, opacity: 0.6 } })
        return {
          type: 'group',
          children: [
            line(left, y, right, y), line(x, low, x, high),
            { type: 'circle', shape: { cx: x, cy: y, r: 6 }, style: { fill: ink } },
            { type: 'text', style: { text: name, x: x + 9, y: y - 18, fill: text, fontSize: 12 } },
          ],
        }
      },
      markLine: { silent: true, symbol: 'none', data: [{ xAxis: 0 }], lineStyle: { color: text, type: 'dashed', width: 1.5 }, label: { show: false } },
    }],
  } as unknown as EChartsCoreOption
}

export const liftWords = (row: PortfolioRow): string => (row.lift ? `${pointDifference(row.lift.low)} 到 ${pointDifference(row.lift.high)}` : '')
