// How much a browser loads for the built console, gzipped: fails when something is over its budget and names what is
// large in it. Budgets: a first visit 300 kB, a route 80 kB beyond what every page has, a part loaded on demand its own.
import { existsSync, readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const FIRST_LOAD = 300
const ROUTE = 80
/** Parts that pages load when they need them, and why each may be so large. */
const ON_DEMAND = {
  'DateTimePicker.vue': 130, // TDesign's date and time picker, with its calendar
  'SearchedSelect.vue': 80, // TDesign's Select, with its popup and virtual list
  'echarts.ts': 200, // ECharts with two kinds of chart
}
const LAYOUT = 'src/layout/ConsoleLayout.vue'
const LARGEST_NAMED = 5

const dist = fileURLToPath(new URL('../../../console/web/dist/', import.meta.url))
const chunks = readManifest()
const sizes = new Map()

function readManifest() {
  const path = `${dist}.vite/manifest.json`
  if (!existsSync(path)) {
    console.error('sizes: the console is not built; `make setup` builds it')
    process.exit(1)
  }
  return JSON.parse(readFileSync(path, 'utf8'))
}

/** Every file that comes with a chunk: itself, what it imports and their styles. */
function filesOf(name, found = new Set(), seen = new Set()) {
  if (seen.has(name)) return found
  seen.add(name)
  const chunk = chunks[name]
  for (const file of [chunk.file, ...(chunk.css ?? [])]) found.add(file)
  for (const other of chunk.imports ?? []) filesOf(other, found, seen)
  return found
}

function size(file) {
  if (!sizes.has(file)) sizes.set(file, gzipSync(readFileSync(dist + file)).length / 1000)
  return sizes.get(file)
}

const sum = (files) => [...files].reduce((total, file) => total + size(file), 0)
const beyond = (files, known) => new Set([...files].filter((file) => !known.has(file)))
const kB = (number) => `${number.toFixed(1)} kB`

const shell = new Set([...filesOf('index.html'), ...filesOf(LAYOUT)])
const pages = chunks['index.html'].dynamicImports.filter((name) => name !== LAYOUT)
const routes = pages.map((name) => ({ name, files: beyond(filesOf(name), shell) })).sort((a, b) => sum(b.files) - sum(a.files))
const parts = Object.keys(chunks).filter((name) => chunks[name].isDynamicEntry && !pages.includes(name) && name !== LAYOUT)

const over = []
function weigh(what, files, most) {
  const total = sum(files)
  if (total <= most) return
  const largest = [...files].sort((a, b) => size(b) - size(a)).slice(0, LARGEST_NAMED)
  over.push(`${what} is ${kB(total)}, its budget is ${most} kB: ${largest.map((file) => `${basename(file)} ${kB(size(file))}`).join(', ')}`)
}

weigh('the first load', new Set([...shell, ...routes[0].files]), FIRST_LOAD)
for (const { name, files } of routes) weigh(name, files, ROUTE)
for (const name of parts) weigh(name, beyond(filesOf(name), shell), ON_DEMAND[basename(name)] ?? ROUTE)

if (process.argv.includes('--all')) {
  console.log(`every page ${kB(sum(shell))}`)
  for (const { name, files } of routes) console.log(`${name} ${kB(sum(files))}`)
  for (const name of parts) console.log(`on demand: ${name} ${kB(sum(beyond(filesOf(name), shell)))}`)
}
console.log(`sizes: first load ${kB(sum(new Set([...shell, ...routes[0].files])))} at most, the largest route ${routes[0].name} ${kB(sum(routes[0].files))}`)
for (const line of over) console.error(`sizes: ${line}`)
process.exit(over.length ? 1 : 0)
