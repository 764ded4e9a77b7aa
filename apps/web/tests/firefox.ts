/**
 * For tests only: a stock Firefox, driven by WebDriver BiDi over its own socket. Playwright drives only its own build of
 * Firefox. As little of the protocol as the tests need.
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The path of Firefox, if there is one. */
export const firefoxPath = [process.env.FIREFOX, '/usr/bin/firefox-esr', '/usr/bin/firefox'].find(
  (path) => path && existsSync(path),
)

/** Why Firefox cannot be driven here; undefined if it can. */
export const noFirefox = !firefoxPath
  ? 'no Firefox: set FIREFOX to its path'
  : typeof WebSocket === 'undefined'
    ? 'Node 20 has no WebSocket: use 22, or NODE_OPTIONS=--experimental-websocket'
    : undefined

/** A camera that shows changing colours and asks nobody; and the protocol, without the older one. */
const preferences = {
  'remote.active-protocols': 1,
  'media.navigator.streams.fake': true,
  'media.navigator.permission.disabled': true,
}

type Message = { readonly id?: number; readonly method?: string; readonly params?: unknown } & (
  | { readonly type: 'success'; readonly result: unknown }
  | { readonly type: 'error'; readonly message: string }
  | { readonly type: 'event' }
)

interface Entry {
  readonly level: string
  readonly text: string | null
}

/** One tab of Firefox, with a profile of its own. */
export class Firefox {
  private next = 1
  private readonly waiting = new Map<number, (message: Message) => void>()
  /** Errors on the console and in scripts. */
  readonly complaints: string[] = []
  private context = ''

  private constructor(
    private readonly socket: WebSocket,
    private readonly end: () => Promise<void>,
  ) {
    socket.onmessage = ({ data }) => {
      const message = JSON.parse(String(data)) as Message
      if (message.id !== undefined) this.waiting.get(message.id)?.(message)
      else if (message.method === 'log.entryAdded') {
        const { level, text } = message.params as Entry
        if (level === 'error') this.complaints.push(text ?? '')
      }
    }
  }

  static async open(url: string): Promise<Firefox> {
    const profile = mkdtempSync(join(tmpdir(), 'animegan-firefox-'))
    const lines = Object.entries(preferences).map(([name, value]) => `user_pref("${name}", ${value});\n`)
    writeFileSync(join(profile, 'user.js'), lines.join(''))
    const options = ['--headless', '--remote-debugging-port=0', '--no-remote', '--profile', profile]
    const firefox = spawn(firefoxPath!, options, { stdio: ['ignore', 'ignore', 'pipe'] })
    const address = await new Promise<string>((resolve, reject) => {
      let said = ''
      firefox.stderr.on('data', (text) => {
        said += text
        const found = /WebDriver BiDi listening on (ws:\S+)/.exec(said)
        if (found) resolve(found[1])
      })
      firefox.once('exit', () => reject(new Error(`expected Firefox to start, found: ${said}`)))
    })
    const socket = new WebSocket(`${address}/session`)
    await new Promise((resolve, reject) => {
      socket.onopen = resolve
      socket.onerror = reject
    })
    const tab = new Firefox(socket, async () => {
      socket.close()
      const ended = new Promise((resolve) => firefox.once('exit', resolve))
      firefox.kill()
      await ended
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
    })
    await tab.send('session.new', { capabilities: {} })
    const { contexts } = (await tab.send('browsingContext.getTree', {})) as { contexts: { context: string }[] }
    tab.context = contexts[0].context
    await tab.send('session.subscribe', { events: ['log.entryAdded'] })
    await tab.send('browsingContext.navigate', { context: tab.context, url, wait: 'complete' })
    return tab
  }

  close(): Promise<void> {
    return this.end()
  }

  /** The value of an expression on the page, or what it resolves to; it must be JSON. */
  async evaluate<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = (await this.send('script.evaluate', {
      expression: `(async () => JSON.stringify(await (${expression})) ?? 'null')()`,
      target: { context: this.context },
      awaitPromise: true,
    })) as { result?: { value: string }; exceptionDetails?: { text: string } }
    if (!result) throw new Error(`${expression}: ${exceptionDetails?.text}`)
    return JSON.parse(result.value) as T
  }

  /** Chooses files for an input. */
  async setFiles(selector: string, files: readonly string[]): Promise<void> {
    const { context } = this
    const locator = { type: 'css', value: selector }
    const { nodes } = (await this.send('browsingContext.locateNodes', { context, locator })) as {
      nodes: { sharedId: string }[]
    }
    await this.send('input.setFiles', { context, element: { sharedId: nodes[0].sharedId }, files })
  }

  private send(method: string, params: object): Promise<unknown> {
    const id = this.next++
    return new Promise((resolve, reject) => {
      this.waiting.set(id, (message) => {
        this.waiting.delete(id)
        if (message.type === 'success') resolve(message.result)
        else reject(new Error(`${method}: ${message.type === 'error' ? message.message : 'no answer'}`))
      })
      this.socket.send(JSON.stringify({ id, method, params }))
    })
  }
}
