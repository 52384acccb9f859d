// Writes api/schema.d.ts from our own OpenAPI document: the pages' types are the server's types. A document in which the
// public linter finds something is refused.
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createConfig, lintFromString } from '@redocly/openapi-core'
import openapiTS, { astToString } from 'openapi-typescript'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const target = fileURLToPath(new URL('../api/schema.d.ts', import.meta.url))
const python = process.env.WEDEALER_PYTHON ?? `${root}.venv/bin/python`

const printed = execFileSync(python, ['-m', 'app.cli', 'openapi'], { cwd: root, encoding: 'utf8', maxBuffer: 64 << 20 })
const config = await createConfig({ extends: ['recommended'] })
const problems = await lintFromString({ source: printed, absoluteRef: 'openapi.json', config })
if (problems.length) {
  for (const { ruleId, message, location } of problems) console.error(`${ruleId}: ${message} at ${location[0]?.pointer ?? ''}`)
  process.exit(1)
}
const types = astToString(await openapiTS(JSON.parse(printed)))
mkdirSync(new URL('../api/', import.meta.url), { recursive: true })
writeFileSync(target, `// Generated from the OpenAPI document by npm run api-types; not in git.\n${types}`)
