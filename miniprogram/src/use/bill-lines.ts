/** The lines of a bill in words: a job's labour and its parts are lines of one name. */
const LINE_KINDS: Record<string, string> = { LABOUR: '工时', PARTS: '配件' }

export const kindOf = (kind: string): string => (LINE_KINDS[kind] ? ` · ${LINE_KINDS[kind]}` : '')
