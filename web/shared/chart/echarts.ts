/** ECharts with only what our charts need; a chunk of its own, loaded when a chart is drawn. */
import { BarChart, CustomChart } from 'echarts/charts'
import { AriaComponent, GridComponent, MarkLineComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'

use([BarChart, CustomChart, GridComponent, MarkLineComponent, AriaComponent, SVGRenderer])

export { init }
