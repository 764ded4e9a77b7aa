/**
 * The commands' flags. Options of animating are declared in @animegan/core/options; here they only get a flag name and
 * a parser. Loaded for every call, so it imports nothing heavy.
 */
import { type AnimateOptions, OPTIONS } from '@animegan/core/options'
import { Option } from 'commander'
import { numberFrom, oneOf, wholeFrom } from './usage.ts'

const dashed = (name: string): string => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`

/** The flag of an option of animating, with the option's description, range and default. */
export const animateFlag = (name: Exclude<keyof AnimateOptions, 'faces'>): Option => {
  const { kind, least, most, about, ...rest } = OPTIONS[name]
  const flag = dashed(name)
  const option = new Option(`${flag} <${kind === 'whole' ? 'n' : `${least}..${most}`}>`, about)
  option.argParser((kind === 'whole' ? wholeFrom : numberFrom)(flag, least, most))
  return 'default' in rest ? option.default(rest.default) : option
}

export const facesFlag = (): Option =>
  new Option('--faces <auto|off|only>', `${OPTIONS.faces.about}; only: nothing but a portrait of each face`)
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
    'numbers to compute with; int8: for a style that is calibrated, see calibrate',
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
  new Option('--features <name|file>', 'VGG-19 for perception: vgg19.npy or .pth; default: compact-vgg19')

export const forceFlag = (): Option => new Option('--force', 'overwrite')
