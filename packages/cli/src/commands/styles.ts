/**
 * `styles` and its subcommands: list styles, describe one, download public ones and delete them. Prints to standard
 * output; questions and progress go to standard error.
 */
import { createInterface } from 'node:readline'
import { levelScalesOf } from '@animegan/core'
import {
  addEntry,
  findStyle,
  hasFeatures,
  knownStyles,
  nearest,
  plain,
  type RegistryEntry,
  readRegistry,
  readStyleAt,
  reasonOf,
  removeAdded,
} from '@animegan/node'
import { Progress } from '../batch/progress.ts'
import { onInterrupt } from '../interrupt.ts'
import { formatTable } from '../text.ts'
import { expected, UsageError } from '../usage.ts'

/** Lists the installed styles and those that can be added. */
export const listStyles = async (): Promise<number> => {
  const known = await knownStyles()
  const rows = [['NAME', 'TITLE', 'NETWORK', 'LICENCE', 'WHERE']]
  let failed = 0
  for (const place of known) {
    try {
      const { title, architecture, licence } = await readStyleAt(place)
      rows.push([place.name, plain(title), architecture, short(licence), place.origin])
    } catch (error) {
      failed++
      process.stderr.write(`animegan: ${plain(reasonOf(error))}\n`)
    }
  }
  try {
    for (const { name, kind, title, architecture, licence } of await readRegistry()) {
      if (known.some((place) => place.name === name)) continue
      const here = kind === 'features' && (await hasFeatures(name))
      rows.push([
        name,
        plain(title),
        plain(architecture),
        short(licence),
        here ? 'added' : `animegan styles add ${name}`,
      ])
    }
  } catch (error) {
    failed++
    process.stderr.write(`animegan: ${plain(reasonOf(error))}\n`)
  }
  process.stdout.write(`${formatTable(rows)}\n`)
  return failed > 0 ? 1 : 0
}

const LICENCE_COLUMN = 28

const short = (licence: string): string => {
  const text = plain(licence)
  return text.length > LICENCE_COLUMN ? `${text.slice(0, LICENCE_COLUMN - 1).trimEnd()}…` : text
}

/** Describes an installed style, or one that can be added. */
export const styleInfo = async (name: string): Promise<number> => {
  const known = (await knownStyles()).some((place) => place.name === name)
  const entry = known ? undefined : (await readRegistry().catch(() => [])).find((one) => one.name === name)
  print(entry ? entryFacts(entry) : await styleFacts(name))
  return 0
}

const print = (facts: readonly (readonly [string, string])[]): void => {
  const rows = facts.filter(([, text]) => text !== '').map(([key, text]) => [key, plain(text)])
  process.stdout.write(`${formatTable(rows)}\n`)
}

const entryFacts = (entry: RegistryEntry): [string, string][] => [
  ['title', entry.title],
  ['network', entry.architecture],
  ['licence', entry.licence],
  ['', entry.licenceUrl],
  ['by', entry.attribution],
  ...Object.entries(entry.options),
  ...entry.files.map(({ url }): [string, string] => ['from', url]),
  ['where', `not installed: animegan styles add ${entry.name}`],
]

const styleFacts = async (name: string): Promise<[string, string][]> => {
  const place = await findStyle(name)
  const style = await readStyleAt(place)
  return [
    ['title', style.title],
    ['network', style.architecture],
    ['licence', style.licence],
    ['by', style.attribution],
    ['about', style.description ?? ''],
    ...Object.entries(style.architecture === 'onnx' ? {} : style.options).map(([key, value]): [string, string] => [
      key,
      String(value),
    ]),
    ...Object.entries(style.metadata).filter(([key]) => key !== 'levels'),
    ['8 bits', levelScalesOf(style) ? 'calibrated' : ''],
    ['where', `${place.path} (${place.origin})`],
  ]
}

/** The options of `styles add`. */
export interface AddFlags {
  readonly acceptLicence?: boolean
  readonly force?: boolean
}

/** Downloads a public style after the user agrees to its licence. */
export const addStyleCommand = async (name: string, flags: AddFlags): Promise<number> => {
  const known = (await knownStyles()).find((place) => place.name === name)
  const origin = known?.origin ?? ((await hasFeatures(name)) ? 'added' : undefined)
  if (origin === 'built in' || (origin && !flags.force)) {
    process.stderr.write(`${name} is already installed (${origin})\n`)
    return 0
  }
  const registry = await readRegistry()
  const entry = registry.find((one) => one.name === name)
  if (!entry) {
    const names = registry.map((one) => one.name)
    const near = nearest(name, names)
    throw expected('styles add', `one of ${names.join(', ')}`, `'${name}'${near ? `; did you mean ${near}?` : ''}`)
  }
  const progress = new Progress(process.stderr, 1, '')
  const undo = onInterrupt(() => progress.clear())
  try {
    const path = await addEntry(entry, {
      agree: (terms) => agree(terms, flags.acceptLicence ?? false),
      progress: (fraction) => {
        progress.begin(entry.name)
        progress.update(fraction)
      },
    })
    progress.clear()
    if (path === undefined) process.stderr.write('animegan: the licence was not accepted; nothing was downloaded\n')
    else
      process.stderr.write(`${name} is added${entry.kind === 'style' ? `: animegan photo.jpg --style ${name}` : ''}\n`)
    return path === undefined ? 1 : 0
  } finally {
    progress.clear()
    undo()
  }
}

const ACTIONS = ['list', 'info', 'add', 'remove']

/** Throws the error for a word after `styles` that is not one of its subcommands. */
export const refuseAction = (action: string): never => {
  const near = nearest(action, ACTIONS)
  throw expected('styles', `${ACTIONS.join(', ')} or nothing`, `'${action}'${near ? `; did you mean ${near}?` : ''}`)
}

/** Deletes an added style or perception network. */
export const removeStyleCommand = async (name: string): Promise<number> => {
  const path = await removeAdded(name)
  process.stderr.write(`removed ${plain(name)} (${plain(path)})\n`)
  return 0
}

const agree = async (terms: string, accepted: boolean): Promise<boolean> => {
  process.stderr.write(`${terms}\n`)
  if (accepted) return true
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new UsageError('styles add: expected --accept-licence or a terminal to ask on, found neither')
  }
  const asking = createInterface({ input: process.stdin, output: process.stderr })
  asking.on('SIGINT', () => process.kill(process.pid, 'SIGINT'))
  const answer = await new Promise<string>((resolve) => {
    asking.on('close', () => resolve(''))
    asking.question('Download it under this licence? [y/N] ', resolve)
  })
  asking.close()
  return /^y(?:es)?$/i.test(answer.trim())
}
