/** The rules that a browser does not teach hold wherever they are broken. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { test } from 'node:test'
import { scriptProblems } from '../scripts/phone-script.mjs'
import { selectorProblems } from '../scripts/phone-style.mjs'

const at = (path) => fileURLToPath(new URL(path, import.meta.url))
const built = { ecmaVersion: 2018, sourceType: 'script' }

test('a script names nothing that a phone does not know', () => {
  for (const bad of [
    'window.open()', 'self[0]', 'globalThis.x', 'new Intl.NumberFormat()', 'fetch("/a")', 'localStorage.a', 'new WebSocket("a")', 'new TextEncoder()', 'a = typeof window',
    'x.at(-1)', 'x.replaceAll("a", "b")', '/(?<=a)b/.test(x)', '/(?<!a)b/.test(x)',
  ]) assert.equal(scriptProblems(bad, built).length, 1, bad)
  for (const good of ['page.window', 'x = { fetch: 1, location: 2 }', 'function f(location) { return location }', 'var x = [].concat(y); x.map(z)', '/a(?=b)/.test(x)', 'x = "window.open"']) {
    assert.deepEqual(scriptProblems(good, built), [], good)
  }
})

test('a library may look around, and uses only what it looked for', () => {
  assert.deepEqual(scriptProblems('a = typeof window !== "undefined" ? window : wx', { ...built, mayTry: true }), [])
  assert.equal(scriptProblems('a = typeof window !== "undefined" ? document : wx', { ...built, mayTry: true }).length, 1)
})

test('a style sheet selects by classes', () => {
  for (const bad of ['*', '#id', '[attr]', 'button', '.a > .b', '.a button', '.a:hover', 'page']) assert.equal(selectorProblems(`${bad}{color:red}`).length, 1, bad)
  assert.deepEqual(selectorProblems('.a,.a.b .c::after,.a:before{color:red}@keyframes k{from{top:0}to{top:1px}}@media (min-width:1px){.a{top:0}}'), [])
  assert.deepEqual(selectorProblems('page{--a:1}', ['page']), [])
})

test('a template is held to the same rules as a script', (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'pages-'))
  context.after(() => rmSync(folder, { recursive: true }))
  for (const [bad, says] of [
    ['<text>{{ window.name }}</text>', /window/], ['<text>{{ new Intl.NumberFormat().format(1) }}</text>', /Intl/], ['<text>{{ words.at(-1) }}</text>', /at\(\)/],
    ['<view @click="localStorage.clear()" />', /localStorage/], ['<view v-html="words" />', /v-html/], ['<div />', /<div>/],
  ]) {
    writeFileSync(join(folder, 'page.vue'), `<script setup lang="ts">\nconst words: string[] = []\n</script>\n<template><view>{{ words }}${bad}</view></template>\n`)
    const { status, stderr } = spawnSync(process.execPath, [at('../scripts/lint.mjs'), folder], { encoding: 'utf8' })
    assert.equal(status, 1, bad)
    assert.match(stderr, says)
  }
})

test('a folder is not built without the address of its server', () => {
  const { VITE_API: _, ...env } = process.env
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', 'build:mp'], { cwd: at('..'), env, encoding: 'utf8' })
  assert.notEqual(status, 0)
  assert.match(stdout + stderr, /VITE_API: where the server answers/)
})
