// Which selectors WeChat draws: it renames elements and leaves selectors as they are, so classes only.
import postcss from 'postcss'

/** One class or several, each with at most one pseudo-element. */
const SELECTOR = /^(\.[\w-]+)+(::?(before|after))?(\s+(\.[\w-]+)+(::?(before|after))?)*$/

/** The other selectors of a style sheet, except those in `known`. */
export function selectorProblems(css, known = []) {
  const found = []
  postcss.parse(css).walkRules((rule) => {
    if (rule.parent?.name?.endsWith('keyframes')) return
    found.push(...rule.selectors.filter((each) => !SELECTOR.test(each) && !known.includes(each)))
  })
  return [...new Set(found)].map((each) => `selector ${each}, classes only`)
}
