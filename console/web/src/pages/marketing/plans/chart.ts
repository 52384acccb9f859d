/** ECharts with only what the two charts of M6 need; a chunk of its own, loaded when the page is opened. */
import { BarChart, CustomChart } from 'echarts/charts'
import { AriaComponent, GridComponent, MarkLineComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'

use([BarChart, CustomChart, GridComponent, MarkLineComponent, AriaComponent, SVGRenderer])

export { init }
