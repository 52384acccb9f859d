/**
 * A simulated phone without a screen: runs the folder built for WeChat as WeChat would, as far as script and page
 * structure go. It gives the script what WeChat gives and nothing of a browser, draws the WXML into a list of elements,
 * and taps them. Styles, native pieces and WeChat's own sheets are for the devtools and a real phone.
 */
import { readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import vm from 'node:vm'

const built = fileURLToPath(new URL('../dist/build/mp-weixin', import.meta.url))
const read = (path) => readFileSync(join(built, path), 'utf8')

// --- WXML ---------------------------------------------------------------------------------------------------------

const TOKEN = /<(\/?)([\w-]+)((?:\s+[\w:.-]+(?:="[^"]*")?)*)\s*(\/?)>|([^<]+)/g
const ATTRIBUTE = /([\w:.-]+)(?:="([^"]*)")?/g
const expressions = new Map()

function parse(text) {
  const root = { tag: 'block', attributes: {}, children: [] }
  const open = [root]
  for (const [, closes, tag, attributes, isWhole, words] of text.matchAll(TOKEN)) {
    const parent = open[open.length - 1]
    if (words !== undefined) parent.children.push({ words })
    else if (closes) open.pop()
    else {
      const node = { tag, attributes: Object.fromEntries([...attributes.matchAll(ATTRIBUTE)].map(([, name, value]) => [name, value ?? true])), children: [] }
      parent.children.push(node)
      if (!isWhole) open.push(node)
    }
  }
  return root
}

/** The value of `{{…}}` in a scope; text around it makes it text. */
function valueOf(text, scope) {
  if (typeof text !== 'string' || !text.includes('{{')) return text
  const whole = /^\{\{((?:(?!\}\}).)*)\}\}$/.exec(text)
  const evaluate = (expression) => {
    if (!expressions.has(expression)) expressions.set(expression, new Function('scope', `with (scope) { return (${expression}) }`))
    return expressions.get(expression)(new Proxy(scope, { has: (_, name) => name !== 'undefined' && name !== Symbol.unscopables, get: (from, name) => (name === Symbol.unscopables ? undefined : from[name]) }))
  }
  if (whole) return evaluate(whole[1])
  return text.replace(/\{\{(.*?)\}\}/g, (_, expression) => evaluate(expression) ?? '')
}

// --- Pieces: pages and components ---------------------------------------------------------------------------------

function put(data, path, value) {
  const names = path.replace(/\[(\d+)\]/g, '.$1').split('.')
  const last = names.pop()
  let at = data
  for (const name of names) at = at[name] ??= {}
  at[last] = value
}

class Piece {
  constructor(phone, path, definition, properties = {}, parent = null, attributes = {}) {
    Object.assign(this, { phone, path, definition, parent, attributes, children: new Map(), isGone: false })
    Object.assign(this, definition.methods)
    this.is = path
    this.data = { ...definition.data }
    this.properties = { ...properties }
    Object.assign(this.data, properties)
    // WeChat takes a hook that stands beside `lifetimes`, too, where there is none in it.
    ;(definition.lifetimes?.created ?? definition.created)?.call(this)
  }

  setData(patch, done) {
    for (const [path, value] of Object.entries(patch)) put(this.data, path, value)
    if (done) Promise.resolve().then(() => done.call(this))
  }

  triggerEvent(name, detail) {
    const handler = this.attributes[`bind${name}`] ?? this.attributes[`bind:${name}`]
    if (handler && this.parent) this.parent[handler]?.({ type: name, detail, target: {}, currentTarget: {} })
  }

  selectAllComponents() {
    return [...this.children.values()]
  }

  selectComponent() {
    return null
  }

  attach() {
    this.definition.lifetimes?.attached?.call(this)
    this.definition.lifetimes?.ready?.call(this)
  }

  detach() {
    this.isGone = true
    for (const child of this.children.values()) child.detach()
    this.children.clear()
    this.definition.lifetimes?.detached?.call(this)
  }

  /** Every element of this piece and of those in it, in the order of the page. */
  draw(slot = []) {
    const used = new Set()
    const drawn = this.drawAll(this.phone.template(this.path).children, this.data, slot, used)
    for (const [name, child] of this.children) {
      if (used.has(name)) continue
      child.detach()
      this.children.delete(name)
    }
    return drawn
  }

  drawAll(nodes, scope, slot, used) {
    let isTaken = false
    return nodes.flatMap((node) => {
      if (node.words !== undefined) return [{ words: String(valueOf(node.words, scope) ?? '') }]
      const { attributes } = node
      const test = attributes['wx:if'] ?? attributes['wx:elif']
      if ('wx:if' in attributes) isTaken = false
      if ('wx:elif' in attributes || 'wx:else' in attributes) {
        if (isTaken) return []
      }
      if (test !== undefined) {
        if (!valueOf(test, scope)) return []
        isTaken = true
      }
      if (!('wx:for' in attributes)) return this.drawOne(node, scope, slot, used)
      const list = valueOf(attributes['wx:for'], scope) ?? []
      const name = attributes['wx:for-item'] ?? 'item'
      return [...list].flatMap((item, index) => this.drawOne(node, { ...scope, [name]: item, index }, slot, used))
    })
  }

  drawOne(node, scope, slot, used) {
    if (node.tag === 'slot') return slot
    const attributes = Object.fromEntries(Object.entries(node.attributes).map(([name, value]) => [name, valueOf(value, scope)]))
    const inside = this.drawAll(node.children, scope, slot, used)
    if (node.tag === 'block') return inside
    const place = this.phone.component(this.path, node.tag)
    if (!place) return [{ tag: node.tag, attributes, piece: this, children: inside }]
    const name = `${node.tag} ${attributes['u-i']}`
    used.add(name)
    const properties = { uI: attributes['u-i'], uP: attributes['u-p'], uS: attributes['u-s'] ?? [] }
    let child = this.children.get(name)
    if (child) {
      child.attributes = attributes
      Object.assign(child.properties, properties)
      child.definition.observers?.uP?.call(child)
    } else {
      child = new Piece(this.phone, place, this.phone.definition(place), properties, this, attributes)
      this.children.set(name, child)
      child.attach()
    }
    return [{ tag: node.tag, attributes, piece: this, children: child.draw(inside) }]
  }
}

// --- The phone ----------------------------------------------------------------------------------------------------

const SETTLES_IN_MS = 5
const PATIENCE_MS = 4000
/** Time between looks of a page passes this much faster than on a phone. */
const HURRY = 50

export class Phone {
  /** `server` answers `{method, path, query, body, headers}` with `{status, body}`; `wx` is what else WeChat does. */
  constructor({ server, wx = {} }) {
    this.definitions = {}
    this.modules = {}
    this.templates = {}
    this.stack = []
    this.asked = []
    this.sockets = []
    this.said = []
    /** What was written into the mini-program's own folder, by path. */
    this.files = new Map()
    /** What the script complained of: a page that throws while it is drawn stays on the glass as it was. */
    this.complaints = []
    this.loading = ''
    this.underWay = 0
    /** From a tap, an answered question or the pay sheet until the network answers: as long as WeChat opens its pop-up. */
    this.isGesture = false
    this.app = JSON.parse(read('app.json'))
    this.wx = { ...this.ofWeChat(server), ...wx }
    const define = (definition) => void (this.definitions[this.loading] = definition)
    this.context = vm.createContext({
      console: { ...console, error: (...words) => this.complaints.push(words.join(' ')), warn: (...words) => this.complaints.push(words.join(' ')) },
      setTimeout, clearTimeout, setInterval: (act, ms) => setInterval(act, ms / HURRY).unref(),
      clearInterval, ArrayBuffer, global: {}, wx: this.wx,
      App: (app) => void (this.running = app), Page: define, Component: define, Behavior: (behaviour) => behaviour,
      getApp: () => this.running, getCurrentPages: () => this.stack,
    })
    this.require('app.js')
    this.running.onLaunch?.call(this.running, {})
    this.running.onShow?.call(this.running, {})
  }

  ofWeChat(server) {
    const { asked, sockets, said } = this
    const later = (act) => setTimeout(act, 0)
    return {
      getAppBaseInfo: () => ({ fontSizeScaleFactor: 1, language: 'zh_CN' }),
      getSystemInfoSync: () => ({ language: 'zh_CN' }),
      getWindowInfo: () => ({}), getDeviceInfo: () => ({}), getSystemSetting: () => ({}), getAppAuthorizeSetting: () => ({}),
      getLaunchOptionsSync: () => ({}), canIUse: () => true, onAppShow: () => {}, onAppHide: () => {}, onNetworkStatusChange: (hear) => void (this.hearsNetwork = hear), onError: () => {},
      onUnhandledRejection: () => {}, onPageNotFound: () => {}, onThemeChange: () => {},
      request: ({ url, method, data, header, success, fail }) => {
        const [path, query = ''] = url.replace(/^https?:\/\/[^/]+/, '').split('?')
        asked.push({ method, path, header })
        this.underWay += 1
        later(async () => {
          this.isGesture = false
          this.underWay -= 1
          try {
            const { status, body } = await server({ method, path, query: new URLSearchParams(query), body: typeof data === 'string' ? JSON.parse(data) : data, header })
            success({ statusCode: status, data: body === undefined ? '' : JSON.parse(JSON.stringify(body)) })
          } catch (reason) {
            fail({ errMsg: `request:fail ${reason.message}` })
          }
        })
      },
      login: ({ success }) => later(() => success({ code: 'js-code' })),
      requestSubscribeMessage: ({ tmplIds, success, fail }) => {
        if (!this.isGesture) {
          said.push(['refused-subscribe', [...tmplIds]])
          return later(() => fail({ errMsg: 'requestSubscribeMessage:fail can only be invoked by user TAP gesture.' }))
        }
        said.push(['subscribe', [...tmplIds]])
        later(() => success(Object.fromEntries(tmplIds.map((id) => [id, 'accept']))))
      },
      getSetting: ({ success }) => later(() => success({ subscriptionsSetting: { mainSwitch: true } })),
      requestPayment: ({ success, ...given }) => {
        said.push(['pay', given.package])
        later(() => {
          this.isGesture = true
          success({})
        })
      },
      showModal: ({ title, success }) => {
        said.push(['question', title])
        later(() => {
          this.isGesture = true
          success({ confirm: true })
        })
      },
      env: { USER_DATA_PATH: 'wxfile://usr' },
      getFileSystemManager: () => ({
        writeFile: ({ filePath, data, success }) => {
          this.files.set(filePath, data)
          success({})
        },
        unlink: ({ filePath, complete }) => {
          this.files.delete(filePath)
          complete({})
        },
      }),
      shareFileMessage: ({ filePath, fileName, success }) => {
        said.push(['file', fileName, this.files.get(filePath)])
        success()
      },
      openLocation: ({ name, latitude, longitude, complete }) => {
        said.push(['map', name, latitude, longitude])
        complete()
      },
      setClipboardData: ({ data, complete }) => {
        said.push(['copied', data])
        complete()
      },
      makePhoneCall: ({ phoneNumber, complete }) => {
        said.push(['call', phoneNumber])
        later(() => complete({}))
      },
      connectSocket: ({ url }) => {
        const hears = {}
        const socket = { url, hears, say: (event) => hears.message({ data: JSON.stringify(event) }), isOpen: true }
        sockets.push(socket)
        later(() => hears.open?.({}))
        return {
          onOpen: (hear) => (hears.open = hear), onMessage: (hear) => (hears.message = hear), onClose: (hear) => (hears.close = hear),
          onError: (hear) => (hears.error = hear), close: () => (socket.isOpen = false),
        }
      },
      navigateTo: ({ url }) => later(() => this.push(url)),
      redirectTo: ({ url }) => later(() => this.replace(url)),
      reLaunch: ({ url }) => later(() => this.launch(url)),
      switchTab: ({ url }) => later(() => this.launch(url)),
      showToast: ({ title }) => void said.push(['toast', title]),
      setNavigationBarTitle: () => {}, pageScrollTo: () => {}, previewImage: () => {},
    }
  }

  require(path) {
    if (this.modules[path]) return this.modules[path].exports
    const module = (this.modules[path] = { exports: {} })
    const before = this.loading
    this.loading = path.replace(/\.js$/, '')
    const run = vm.runInContext(`(function (exports, require, module) {${read(path)}\n})`, this.context, { filename: path })
    run(module.exports, (asked) => this.require(normalize(join(dirname(path), asked))), module)
    this.loading = before
    return module.exports
  }

  definition(path) {
    this.require(`${path}.js`)
    return this.definitions[path]
  }

  template(path) {
    return (this.templates[path] ??= parse(read(`${path}.wxml`)))
  }

  component(path, tag) {
    const place = JSON.parse(read(`${path}.json`)).usingComponents?.[tag]
    return place && normalize(place.startsWith('/') ? place.slice(1) : join(dirname(path), place))
  }

  get page() {
    return this.stack[this.stack.length - 1]
  }

  push(url) {
    const [path, query = ''] = url.replace(/^\//, '').split('?')
    const every = [...this.app.pages, ...this.app.subPackages.flatMap(({ root, pages }) => pages.map((page) => `${root}/${page}`))]
    if (!every.includes(path)) throw new Error(`no page ${path}`)
    this.page?.onHide?.()
    this.page?.definition.pageLifetimes?.hide?.call(this.page)
    const page = new Piece(this, path, this.definition(path))
    page.route = path
    page.options = Object.fromEntries(new URLSearchParams(query))
    this.stack.push(page)
    page.definition.lifetimes.attached.call(page)
    // WeChat hands a query on as it stands in the address.
    page.onLoad?.(Object.fromEntries(query.split('&').filter(Boolean).map((pair) => pair.split('='))))
    page.onShow?.({})
    page.definition.pageLifetimes?.show?.call(page)
    page.definition.lifetimes.ready?.call(page)
    page.onReady?.({})
  }

  replace(url) {
    const gone = this.stack.pop()
    gone?.onUnload?.()
    gone?.detach()
    this.push(url)
  }

  /** The network goes away, or is back. */
  network(isConnected) {
    this.hearsNetwork({ isConnected })
  }

  /** The arrow at the top left: the page below is shown again. */
  back() {
    const gone = this.stack.pop()
    gone?.onUnload?.()
    gone?.detach()
    this.page.onShow?.({})
    this.page.definition.pageLifetimes?.show?.call(this.page)
  }

  launch(url) {
    for (const gone of this.stack.splice(0)) {
      gone.onUnload?.()
      gone.detach()
    }
    this.push(url)
  }

  elements() {
    const flat = (nodes) => nodes.flatMap((node) => (node.words === undefined ? [node, ...flat(node.children)] : []))
    return this.page ? flat(this.page.draw()) : []
  }

  get words() {
    const say = (nodes) => nodes.map((node) => node.words ?? say(node.children)).join('')
    return this.page ? say(this.page.draw()) : ''
  }

  /** Waits for what a look at the page finds. */
  async until(what, look) {
    for (const began = Date.now(); Date.now() - began < PATIENCE_MS; ) {
      const found = look()
      if (found) return found
      await new Promise((resolve) => setTimeout(resolve, SETTLES_IN_MS))
    }
    throw new Error(`${what} is not there on ${this.page?.route}, which says: ${this.words}`)
  }

  sees(words) {
    return this.until(`「${words}」`, () => this.words.includes(words))
  }

  isAt(path) {
    return this.until(path, () => this.page?.route === path)
  }

  async event(story, kind, detail = {}) {
    const pressable = (each) => each.attributes['data-story'] === story && !each.attributes.disabled && each.attributes[kind]
    // A finger is slower than the network.
    await this.until('quiet', () => this.underWay === 0)
    const element = await this.until(story, () => this.elements().find(pressable))
    if (kind === 'bindtap') this.isGesture = true
    element.piece[element.attributes[kind]]({ type: kind.slice(4), detail, target: { dataset: {} }, currentTarget: { dataset: {} }, touches: detail.touches })
  }

  tap(story) {
    return this.event(story, 'bindtap')
  }

  type(story, value) {
    return this.event(story, 'bindinput', { value })
  }
}
