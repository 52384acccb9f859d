// What a script may not say on a phone, once for the sources and for the folder that is built: names that WeChat's engine
// does not know, methods and patterns that are younger than the phones that are about.
import { parse } from 'acorn'

const UNKNOWN = new Set([
  'window', 'self', 'globalThis', 'document', 'localStorage', 'sessionStorage', 'indexedDB', 'navigator', 'location', 'history', 'fetch', 'Headers', 'Request',
  'XMLHttpRequest', 'WebSocket', 'EventSource', 'URL', 'URLSearchParams', 'Intl', 'crypto', 'Blob', 'File', 'FileReader', 'FormData', 'AbortController',
  'TextEncoder', 'TextDecoder', 'structuredClone', 'performance', 'queueMicrotask', 'requestAnimationFrame', 'matchMedia', 'getComputedStyle', 'alert', 'confirm',
  'prompt', 'atob', 'btoa', 'MutationObserver', 'ResizeObserver', 'IntersectionObserver', 'BroadcastChannel', 'WeakRef',
])
/** The build converts new syntax but not new methods. */
const TOO_YOUNG = new Set([
  'at', 'findLast', 'findLastIndex', 'replaceAll', 'toSorted', 'toReversed', 'toSpliced', 'with', 'flatMap', 'flat', 'hasOwn', 'matchAll', 'allSettled', 'any', 'groupBy',
])
/** Lookbehind: a phone with iOS before 16.4 refuses the whole script. */
const LOOKS_BEHIND = /\(\?<[=!]/

const PATTERNS = new Set(['Identifier', 'ObjectPattern', 'ArrayPattern', 'AssignmentPattern', 'RestElement'])

function namesIn(pattern, names) {
  if (!pattern || !PATTERNS.has(pattern.type)) return
  if (pattern.type === 'Identifier') names.add(pattern.name)
  else if (pattern.type === 'ObjectPattern') for (const each of pattern.properties) namesIn(each.value ?? each, names)
  else if (pattern.type === 'ArrayPattern') for (const each of pattern.elements) namesIn(each, names)
  else namesIn(pattern.left ?? pattern.argument, names)
}

function walk(node, parent, see) {
  see(node, parent)
  for (const value of Object.values(node)) {
    for (const each of Array.isArray(value) ? value : [value]) if (each && typeof each.type === 'string') walk(each, node, see)
  }
}

/** A name that is no reference: the property of an object, the key of a literal. */
function isLabel(node, parent) {
  if (parent.type === 'MemberExpression') return parent.property === node && !parent.computed
  if (['Property', 'MethodDefinition', 'PropertyDefinition'].includes(parent.type)) return parent.key === node && !parent.computed && parent.value !== node
  return false
}

/**
 * The problems of one script, each as a sentence. `mayTry`: a library may ask with `typeof` whether a name exists, and use
 * it then. Throws what acorn throws when the script is younger than `ecmaVersion`.
 */
export function scriptProblems(code, { ecmaVersion, sourceType, mayTry = false }) {
  const program = parse(code, { ecmaVersion, sourceType })
  const own = new Set()
  const tried = new Set()
  walk(program, program, (node, parent) => {
    if (node.type === 'VariableDeclarator') namesIn(node.id, own)
    if (/Function/.test(node.type)) for (const each of [node.id, ...node.params]) namesIn(each, own)
    if (node.type === 'ClassDeclaration' || /^Import.*Specifier$/.test(node.type)) namesIn(node.id ?? node.local, own)
    if (node.type === 'CatchClause') namesIn(node.param, own)
    if (mayTry && parent.type === 'UnaryExpression' && parent.operator === 'typeof' && node.type === 'Identifier') tried.add(node.name)
  })
  const problems = []
  walk(program, program, (node, parent) => {
    if (node.type === 'Identifier' && UNKNOWN.has(node.name) && !own.has(node.name) && !tried.has(node.name) && !isLabel(node, parent)) {
      problems.push(`${node.name} does not exist in WeChat, ask the platform`)
    }
    if (node.type === 'CallExpression' && node.callee.type === 'MemberExpression' && !node.callee.computed && TOO_YOUNG.has(node.callee.property.name)) {
      problems.push(`.${node.callee.property.name}() is too young for the phones that are about`)
    }
    if (node.regex && LOOKS_BEHIND.test(node.regex.pattern)) problems.push(`${node.raw} looks behind, which older phones cannot read`)
  })
  return [...new Set(problems)]
}
