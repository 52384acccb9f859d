// What works in a browser and not on a phone: elements and selectors that WeChat has no word for, and names its script
// engine does not know. The browser build would be green with all of them.
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import postcss from 'postcss'
import { parse as parsePage } from 'vue/compiler-sfc'

const root = fileURLToPath(new URL('../src', import.meta.url))
const TAGS = new Set([
  'view', 'text', 'button', 'input', 'textarea', 'image', 'video', 'canvas', 'picker', 'scroll-view', 'swiper', 'swiper-item', 'template', 'slot',
])
const ELEMENT = 1
/** One class or several, each with at most a drawn part of its own. */
const SELECTOR = /^(\.[\w-]+)+(::(before|after))?(\s+(\.[\w-]+)+(::(before|after))?)*$/
const UNKNOWN_TO_WECHAT = /\b(?:window|document|localStorage|sessionStorage|navigator|location|fetch|URL|URLSearchParams|Intl|crypto|Blob|AbortController|structuredClone|performance)\b(?=[.(])/g
/** Younger than the phones: the build turns new syntax into old, and leaves methods as they are. */
const TOO_YOUNG = /\.(?:at|findLast|findLastIndex|replaceAll|toSorted|toReversed|with|flatMap|flat|hasOwn|matchAll|allSettled)\(/g
/** What only the browser build contains. */
const OF_THE_BROWSER = join('platform', 'host')

function files(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? files(path) : /\.(vue|ts|css)$/.test(entry.name) ? [path] : []
  })
}

const problems = []

function checkTags(node, where) {
  for (const child of node.children ?? []) {
    const { tag = '' } = child
    if (child.type === ELEMENT && !TAGS.has(tag) && !/^[A-Z]/.test(tag)) problems.push(`${where}: <${tag}> is no element of a mini-program`)
    if (child.type === ELEMENT) checkTags(child, where)
  }
}

function checkStyles(css, where) {
  postcss.parse(css).walkRules((rule) => {
    for (const selector of rule.selectors.filter((each) => !SELECTOR.test(each))) problems.push(`${where}: selector ${selector}, classes only`)
  })
}

function checkScript(code, where) {
  const bare = code.replace(/\/\*[\s\S]*?\*\/|\/\/.*|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`/g, '')
  for (const [name] of bare.matchAll(UNKNOWN_TO_WECHAT)) problems.push(`${where}: ${name} does not exist in WeChat, ask the platform`)
  for (const [name] of bare.matchAll(TOO_YOUNG)) problems.push(`${where}: ${name}…) is too young for the phones that are about`)
  if (/https?:\/\//.test(code)) problems.push(`${where}: an address; the server's is the platform's to tell`)
}

for (const file of files(root)) {
  const where = relative(root, file)
  const text = readFileSync(file, 'utf8')
  const isOfBrowser = where.startsWith(OF_THE_BROWSER)
  if (file.endsWith('.css')) checkStyles(text, where)
  else if (file.endsWith('.vue')) {
    const { descriptor } = parsePage(text)
    if (descriptor.template) checkTags(descriptor.template.ast, where)
    for (const style of descriptor.styles) checkStyles(style.content.replace(/@import [^;]*;/g, ''), where)
    if (!isOfBrowser) checkScript(descriptor.scriptSetup?.content ?? '', where)
  } else if (!isOfBrowser && !file.endsWith('.d.ts')) checkScript(text, where)
}

for (const problem of problems) console.error(problem)
process.exitCode = problems.length ? 1 : 0
