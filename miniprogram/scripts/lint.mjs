// What works in a browser and not on a phone: elements and selectors that WeChat has no word for, and names its script
// engine does not know, in scripts, in templates, and in what is bundled of the console's. The browser build would be green with all of them.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { compileScript, parse as parsePage } from 'vue/compiler-sfc'
import { scriptProblems } from './phone-script.mjs'
import { selectorProblems } from './phone-style.mjs'

/** Another folder can be given; the tests give one that is full of mistakes. */
const root = process.argv[2] ?? fileURLToPath(new URL('../src', import.meta.url))
const shared = fileURLToPath(new URL('../../web/shared', import.meta.url))
const TAGS = new Set([
  'view', 'text', 'button', 'input', 'textarea', 'image', 'video', 'canvas', 'picker', 'scroll-view', 'swiper', 'swiper-item', 'template', 'slot',
])
const ELEMENT = 1
const DIRECTIVE = 7
/** What only the browser build contains. */
const OF_THE_BROWSER = join('platform', 'host')

function files(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? files(path) : /\.(vue|ts|css)$/.test(entry.name) ? [path] : []
  })
}

const problems = []
/** The parts of web/shared that are bundled with the pages. */
const bundled = new Set()

function checkTags(node, where) {
  for (const child of node.children ?? []) {
    const { tag = '' } = child
    if (child.type === ELEMENT && !TAGS.has(tag) && !/^[A-Z]/.test(tag)) problems.push(`${where}: <${tag}> is no element of a mini-program`)
    if (child.props?.some(({ type, name }) => type === DIRECTIVE && name === 'html')) problems.push(`${where}: v-html draws nothing in WeChat`)
    if (child.type === ELEMENT) checkTags(child, where)
  }
}

function checkStyles(css, where) {
  for (const problem of selectorProblems(css)) problems.push(`${where}: ${problem}`)
}

/** One script of the two; a name of the template that the page does not have is the engine's to know. */
function withTemplate(descriptor, where) {
  return compileScript(descriptor, { id: where, inlineTemplate: true }).content.replace(/\b_ctx\./g, '')
}

/** As the build reads it: types away, and in a page with what its template says. */
function checkScript(code, where) {
  const { outputText } = ts.transpileModule(code, { compilerOptions: { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext, removeComments: true } })
  for (const problem of scriptProblems(outputText, { ecmaVersion: 'latest', sourceType: 'module' })) problems.push(`${where}: ${problem}`)
  if (/https?:\/\//.test(outputText)) problems.push(`${where}: an address; the server's is the platform's to tell`)
  for (const [, part] of code.matchAll(/from '@shared\/([\w-]+)'/g)) bundled.add(part)
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
    if (!isOfBrowser && descriptor.scriptSetup) checkScript(withTemplate(descriptor, where), where)
  } else if (!isOfBrowser && !file.endsWith('.d.ts')) checkScript(text, where)
}

for (const part of bundled) {
  const file = join(shared, `${part}.ts`)
  if (existsSync(file)) checkScript(readFileSync(file, 'utf8'), `web/shared/${part}.ts`)
}

for (const problem of problems) console.error(problem)
process.exitCode = problems.length ? 1 : 0
