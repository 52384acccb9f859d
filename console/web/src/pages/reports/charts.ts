/** The two charts of a store's figures, as ECharts draws them. */
import type { EChartsCoreOption } from 'echarts/core'
import { ATTAINMENT } from '@shared/states'
import type { KpiDefinition, KpiFigures, MonthFigures } from '@/api/reports'
import { monthWord, told } from './words'

type Color = (token: string) => string
const WHOLE = 100
/** A figure far beyond its target must not flatten the others. */
const MOST_SHOWN = 200

/** Those that have a target, the furthest behind on top. */
export const aimed = (figures: readonly KpiFigures[]) => figures.filter((each) => each.attainment != null).sort((a, b) => a.attainment! - b.attainment!)

/** Bars of attainment with a line where each target is reached. */
export function attainment(figures: readonly KpiFigures[], wordOf: (kpi: KpiFigures['kpi']) => string, color: Color): EChartsCoreOption {
  const text = color('text')
  return {
    aria: { enabled: true, decal: { show: true } },
    grid: { left: 8, right: 64, top: 20, bottom: 4, containLabel: true },
    xAxis: { type: 'value', min: 0, max: MOST_SHOWN, show: false },
    yAxis: { type: 'category', inverse: true, data: figures.map((each) => wordOf(each.kpi)), axisLine: { show: false }, axisTick: { show: false }, axisLabel: { color: text, fontSize: 14 } },
    series: [{
      type: 'bar', barWidth: 18,
      data: figures.map((each) => ({ value: Math.min(MOST_SHOWN, each.attainment!), itemStyle: { color: color(ATTAINMENT[each.colour].fill) } })),
      label: { show: true, position: 'right', color: text, fontSize: 13, formatter: ({ dataIndex }: { dataIndex: number }) => `${figures[dataIndex]!.attainment}%` },
      markLine: { silent: true, symbol: 'none', data: [{ xAxis: WHOLE }], lineStyle: { color: text, type: 'dashed', width: 1.5 }, label: { formatter: '目标', position: 'start', color: text } },
    }],
  }
}

/** One indicator month by month; the running month is still growing. */
export function months(of: readonly MonthFigures[], definition: KpiDefinition, color: Color): EChartsCoreOption {
  const text = color('text')
  const last = of.length - 1
  return {
    aria: { enabled: true, decal: { show: true } },
    grid: { left: 8, right: 8, top: 28, bottom: 4, containLabel: true },
    xAxis: { type: 'category', data: of.map((each, at) => `${monthWord(each.month)}${at === last ? '至今' : ''}`), axisTick: { show: false }, axisLabel: { color: text, fontSize: 13 } },
    yAxis: { type: 'value', show: false, ...(definition.unit === 'POINTS' ? {} : { min: 0 }) },
    series: [{
      type: 'bar', barMaxWidth: 48, itemStyle: { color: color('chart-1') }, data: of.map((each) => each.figure.value ?? 0),
      label: { show: true, position: 'top', color: text, fontSize: 13, formatter: ({ dataIndex }: { dataIndex: number }) => told(definition.unit, of[dataIndex]!.figure.value) },
    }],
  }
}
