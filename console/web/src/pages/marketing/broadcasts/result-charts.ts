/** The charts of a result, as ECharts draws them. */
import type { EChartsCoreOption } from 'echarts/core'
import { count, tileMoney } from '@shared/format'
import type { Results } from '@/api/broadcasts'

const NARROW_PX = 520
const WINDOW_DAYS = 30
type Color = (token: string) => string

/** A share in words: 「1.7%」; of nobody there is none. */
export const share = (value: number | null | undefined) => (value == null ? '–' : `${(value * 100).toFixed(1)}%`)

/** Bars of people, each with its share of those sent and, where there is room, of the step before. */
export function funnel(steps: Results['funnel'], color: Color, width: number): EChartsCoreOption {
  const text = color('text')
  const isNarrow = width < NARROW_PX
  return {
    aria: { enabled: true, decal: { show: true } },
    grid: { left: 8, right: isNarrow ? 92 : 220, top: 4, bottom: 4, containLabel: true },
    xAxis: { type: 'value', min: 0, show: false },
    yAxis: { type: 'category', inverse: true, data: steps.map((step) => step.label), axisLine: { show: false }, axisTick: { show: false }, axisLabel: { color: text, fontSize: 14 } },
    series: [{
      type: 'bar', barWidth: 20, itemStyle: { color: color('chart-1') }, data: steps.map((step) => step.people),
      label: {
        show: true, position: 'right', color: text, fontSize: 13,
        formatter: ({ dataIndex }: { dataIndex: number }) => {
          const step = steps[dataIndex]
          if (!step) return ''
          const before = steps[dataIndex - 1]
          const more = before && dataIndex > 1 && step.of_step_before != null && !isNarrow ? `（${before.label}的 ${share(step.of_step_before)}）` : ''
          return `${count(step.people)}  ${step.of_sent == null ? '' : share(step.of_sent)}${more}`
        },
      },
    }],
  }
}

/** A dot with its 95 % interval on an axis with a zero line; grey when the interval crosses zero. */
export function interval(lift: NonNullable<Results['lift']>, color: Color): EChartsCoreOption {
  const points = [lift.low, lift.difference, lift.high].map((value) => value * 100) as [number, number, number]
  const reach = Math.max(0.2, ...points.map(Math.abs)) * 1.15
  const ink = lift.is_visible ? color('chart-1') : color('state-idle-text')
  return {
    grid: { left: 24, right: 24, top: 20, bottom: 28 },
    xAxis: { type: 'value', min: Math.min(-reach * 0.25, points[0] * 1.15), max: Math.max(reach * 0.25, points[2] * 1.15), axisLabel: { color: color('text-secondary'), showMinLabel: false, showMaxLabel: false, hideOverlap: true, formatter: (value: number) => value.toFixed(1).replace('-', '−') }, splitLine: { show: false }, axisLine: { show: true, lineStyle: { color: color('line-strong') } } },
    yAxis: { type: 'value', min: 0, max: 1, show: false },
    series: [{
      type: 'custom', data: [points],
      renderItem: (_: unknown, api: { coord: (at: number[]) => number[] }) => {
        const [low, middle, high] = points.map((value) => api.coord([value, 0.5])) as [number[], number[], number[]]
        const y = low[1]!
        const line = (x1: number, y1: number, x2: number, y2: number, lineWidth: number) => ({ type: 'line', shape: { x1, y1, x2, y2 }, style: { stroke: ink, lineWidth } })
        return {
          type: 'group',
          children: [
            line(low[0]!, y, high[0]!, y, 4), line(low[0]!, y - 9, low[0]!, y + 9, 2), line(high[0]!, y - 9, high[0]!, y + 9, 2),
            { type: 'circle', shape: { cx: middle[0], cy: y, r: 8 }, style: { fill: ink } },
          ],
        }
      },
      markLine: { silent: true, symbol: 'none', data: [{ xAxis: 0 }], lineStyle: { color: color('text'), type: 'dashed', width: 1.5 }, label: { formatter: '0', color: color('text') } },
    }],
  } as unknown as EChartsCoreOption
}

/** Shares that had come by each day, of the planned and of the control group, each named at its end. */
export function cameByDay(days: Results['days'], planned: number, control: number, color: Color): EChartsCoreOption {
  const [text, quiet] = [color('text'), color('text-secondary')]
  const groups = [
    { name: '计划组', ink: color('chart-1'), type: 'solid', people: planned, came: (day: Results['days'][number]) => day.planned_came },
    { name: '对照组', ink: color('chart-2'), type: 'dashed', people: control, came: (day: Results['days'][number]) => day.control_came },
  ].filter((group) => group.people > 0)
  return {
    aria: { enabled: true },
    grid: { left: 8, right: 104, top: 16, bottom: 28, containLabel: true },
    xAxis: { type: 'value', min: 0, max: WINDOW_DAYS, name: '开始后天数', nameLocation: 'middle', nameGap: 24, nameTextStyle: { color: quiet }, axisLabel: { color: quiet, showMaxLabel: false }, splitLine: { show: false } },
    yAxis: { type: 'value', min: 0, axisLabel: { color: quiet, formatter: (value: number) => `${value.toFixed(1)}%` }, splitLine: { lineStyle: { color: color('line') } } },
    series: groups.map((group, index) => ({
      type: 'line', symbol: 'none', lineStyle: { width: 2.5, color: group.ink, type: group.type }, itemStyle: { color: group.ink },
      data: days.map((day) => [day.day, (group.came(day) / group.people) * 100]),
      endLabel: { show: true, color: text, fontSize: 13, verticalAlign: index ? 'top' : 'bottom', formatter: ({ value }: { value: number[] }) => `${group.name} ${(value[1] ?? 0).toFixed(1)}%` },
      labelLayout: { moveOverlap: 'shiftY' },
    })),
  }
}

/** Bars of money week by week. */
export function paidByWeek(weeks: Results['weeks'], color: Color): EChartsCoreOption {
  const text = color('text')
  return {
    aria: { enabled: true, decal: { show: true } },
    grid: { left: 8, right: 8, top: 28, bottom: 4, containLabel: true },
    xAxis: { type: 'category', data: weeks.map((each) => `第 ${each.week} 周`), axisTick: { show: false }, axisLabel: { color: text, fontSize: 13 } },
    yAxis: { type: 'value', min: 0, show: false },
    series: [{
      type: 'bar', barMaxWidth: 56, itemStyle: { color: color('chart-1') }, data: weeks.map((each) => each.paid_fen),
      label: { show: true, position: 'top', color: text, fontSize: 13, formatter: ({ dataIndex }: { dataIndex: number }) => tileMoney(weeks[dataIndex]!.paid_fen) },
    }],
  }
}
