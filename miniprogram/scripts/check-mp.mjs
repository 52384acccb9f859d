// Is the folder built for WeChat one that the devtools take? Every page, component and tab is there, every script is one
// that phones understand, nothing is named that WeChat does not draw, and the packages are as small as promised.
// Run it after `uni build -p mp-weixin`; `npm run build:mp` does both.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { scriptProblems } from './phone-script.mjs'
import { selectorProblems } from './phone-style.mjs'

const built = fileURLToPath(new URL('../dist/build/mp-weixin', import.meta.url))
/** Libraries, which check whether a browser's feature exists before they use it. */
const VENDOR = join('common', 'vendor.js')
const MAIN_BYTES = 600_000
const SUBPACKAGE_BYTES = 2_000_000
/** The elements WeChat knows, and the page's own components. */
const DRAWN = new Set(['view', 'text', 'button', 'input', 'textarea', 'image', 'video', 'canvas', 'picker', 'scroll-view', 'swiper', 'swiper-item', 'block', 'slot', 'template', 'import', 'wxs'])
/** The page itself, for the colours, and what the tool brings along. */
const OF_THE_TOOL = ['page', '[data-c-h="true"]']

const problems = []
const files = (folder) =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? files(path) : [path]
  })
const json = (path) => JSON.parse(readFileSync(join(built, path), 'utf8'))
const need = (path, whose) => {
  if (!existsSync(join(built, path))) problems.push(`${whose}: ${path} is missing`)
}

if (!existsSync(join(built, 'app.json'))) {
  console.error('nothing is built: npm run build:mp')
  process.exit(1)
}

const app = json('app.json')
const packages = app.subPackages ?? []
const pages = [...app.pages, ...packages.flatMap(({ root, pages: own }) => own.map((page) => `${root}/${page}`))]
const seen = new Set()

function checkPiece(path, whose) {
  if (seen.has(path)) return
  seen.add(path)
  for (const kind of ['js', 'json', 'wxml']) need(`${path}.${kind}`, whose)
  if (!existsSync(join(built, `${path}.json`))) return
  const used = json(`${path}.json`).usingComponents ?? {}
  for (const [tag, place] of Object.entries(used)) {
    checkPiece(normalize(place.startsWith('/') ? place.slice(1) : join(dirname(path), place)), path)
    DRAWN.add(tag)
  }
}
/** A picture that follows the theme is named once for each theme. */
function drawnAs(icon) {
  const themes = app.themeLocation ? Object.values(json(app.themeLocation)) : []
  return icon.startsWith('@') ? themes.map((theme) => theme[icon.slice(1)] ?? icon) : [icon]
}

for (const page of pages) checkPiece(page, 'app.json')
for (const { pagePath, iconPath, selectedIconPath } of app.tabBar?.list ?? []) {
  if (!app.pages.includes(pagePath)) problems.push(`tab ${pagePath} is not in the main package`)
  for (const icon of [iconPath, selectedIconPath].filter(Boolean)) for (const path of drawnAs(icon)) need(path, `tab ${pagePath}`)
}
for (const { packages: wanted } of Object.values(app.preloadRule ?? {})) {
  for (const root of wanted) if (!packages.some((each) => each.root === root)) problems.push(`preloadRule: no package ${root}`)
}
if (app.themeLocation) need(app.themeLocation, 'app.json')

for (const file of files(built)) {
  const where = relative(built, file)
  if (file.endsWith('.js')) {
    try {
      const found = scriptProblems(readFileSync(file, 'utf8'), { ecmaVersion: 2018, sourceType: 'script', mayTry: where === VENDOR })
      problems.push(...found.map((problem) => `${where}: ${problem}`))
    } catch (reason) {
      problems.push(`${where}: not ES2018, ${reason.message}`)
    }
  } else if (file.endsWith('.wxml')) {
    for (const [, tag] of readFileSync(file, 'utf8').matchAll(/<([a-z][\w-]*)/g)) if (!DRAWN.has(tag)) problems.push(`${where}: WeChat draws no <${tag}>`)
  } else if (file.endsWith('.wxss')) {
    const css = readFileSync(file, 'utf8')
    problems.push(...selectorProblems(css, where === 'app.wxss' ? OF_THE_TOOL : []).map((problem) => `${where}: ${problem}`))
    if (/url\(["']?https?:/.test(css)) problems.push(`${where}: a picture from elsewhere`)
  }
}

const size = (folder) => files(folder).reduce((sum, file) => sum + statSync(file).size, 0)
const sub = packages.map(({ root }) => [root, size(join(built, root))])
const main = size(built) - sub.reduce((sum, [, bytes]) => sum + bytes, 0)
if (main > MAIN_BYTES) problems.push(`the main package has ${main} bytes, ${MAIN_BYTES} are allowed`)
for (const [root, bytes] of sub) if (bytes > SUBPACKAGE_BYTES) problems.push(`${root} has ${bytes} bytes, ${SUBPACKAGE_BYTES} are allowed`)

for (const problem of problems) console.error(problem)
const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`
console.log(`main package ${kilobytes(main)}; ${sub.map(([root, bytes]) => `${root} ${kilobytes(bytes)}`).join(', ')}`)
process.exitCode = problems.length ? 1 : 0
