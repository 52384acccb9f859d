// Writes src/api/schema.d.ts from our own OpenAPI document: the console's types are the server's types.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import openapiTS, { astToString } from 'openapi-typescript'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const target = fileURLToPath(new URL('../src/api/schema.d.ts', import.meta.url))

const python = process.env.WEDEALER_PYTHON ?? `${root}.venv/bin/python`

function openApiDocument() {
  try {
    const printed = execFileSync(python, ['-m', 'app.cli', 'openapi'], { cwd: root, encoding: 'utf8', maxBuffer: 64 << 20 })
    return JSON.parse(printed)
  } catch (error) {
    console.error(`The OpenAPI document could not be printed (${error.message.split('\n')[0]}); writing an empty schema.`)
    return { openapi: '3.1.0', info: { title: 'none', version: '0' }, paths: {} }
  }
}

const types = astToString(await openapiTS(openApiDocument()))
writeFileSync(target, `// Generated from the OpenAPI document by npm run api-types; not in git.\n${types}`)
