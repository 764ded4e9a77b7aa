/**
 * The commands' flags. Options of animating are declared in @animegan/core/options; here they only get a flag name and
 * a parser. Loaded for every call, so it imports nothing heavy.
 */
import { type AnimateOptions, type AnyOption, OPTIONS } from '@animegan/core/options'
import { Option } from 'commander'
import { colourFrom, numberFrom, oneOf, wholeFrom } from './usage.ts'

const dashed = (name: string): string => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`

/** The flag of an option of animating, with the option's description, range and default. */
export const animateFlag = (name: Exclude<keyof AnimateOptions, 'faces'>): Option => {
  const declaration: AnyOption = OPTIONS[name]
  const flag = dashed(name)
  const [value, parser] = valueFor(flag, declaration)
  const option = new Option(`${flag} <${value}>`, declaration.about).argParser(parser)
  return declaration.default === undefined ? option : option.default(declaration.default)
}

/** The name of an option's value in the help, and its parser. */
const valueFor = (flag: string, declaration: AnyOption): [value: string, parser: (text: string) => unknown] => {
  switch (declaration.kind) {
    case 'word':
      return [declaration.words.join('|'), oneOf(flag, declaration.words)]
    case 'colour':
      return [`${declaration.default}|#rrggbb`, colourFrom(flag, declaration)]
    case 'whole':
      return ['n', wholeFrom(flag, declaration.least, declaration.most)]
    case 'number':
      return [`${declaration.least}..${declaration.most}`, numberFrom(flag, declaration.least, declaration.most)]
  }
}

export const facesFlag = (): Option =>
  new Option('--faces <drawn|styled|off|only>', `${OPTIONS.faces.about}; only: write just a portrait of each face`)
    .argParser(oneOf('--faces', [...OPTIONS.faces.words, 'only']))
    .default(OPTIONS.faces.default)

export const styleFlag = (): Option => new Option('-s, --style <name|file>', 'the style').default('sora')

export const backendFlag = (): Option =>
  new Option('--backend <auto|cpu|webgpu>', 'the device to compute on')
    .argParser(oneOf('--backend', ['auto', 'cpu', 'webgpu']))
    .default('auto')

export const precisionFlag = (): Option =>
  new Option(
    '--precision <auto|fp32|int8>',
    'number format for computing; int8: 8 bits, needs a calibrated style (see animegan calibrate)',
  )
    .argParser(oneOf('--precision', ['auto', 'fp32', 'int8']))
    .default('auto')

export const threadsFlag = (): Option =>
  new Option('--threads <n>', 'CPU threads; default: one per core').argParser(wholeFrom('--threads', 1, 1024))

export const memoryFlag = (): Option =>
  new Option('--memory <MiB>', 'memory limit for the network; larger pictures are computed in tiles')
    .argParser(wholeFrom('--memory', 64, 2 ** 20))
    .default(512)

export const featuresFlag = (): Option =>
  new Option('--features <name|file>', 'another perception network: VGG-19 as vgg19.npy or .pth, or compact-vgg19')

export const forceFlag = (): Option => new Option('--force', 'overwrite existing results')
