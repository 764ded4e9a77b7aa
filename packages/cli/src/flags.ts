/**
 * The flags of the commands, by the options that they stand for. Those of animating are declared in @animegan/core/options: here they
 * only get a dash and a parser. Loaded for every call, so it imports nothing that is heavy.
 */
import { type AnimateOptions, OPTIONS } from '@animegan/core/options'
import { Option } from 'commander'
import { numberFrom, oneOf, wholeFrom } from './usage.ts'

const dashed = (name: string): string => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`

/** The flag of an option of animating: its description, range and default are the option's. */
export const animateFlag = (name: Exclude<keyof AnimateOptions, 'faces'>): Option => {
  const { kind, least, most, about, ...rest } = OPTIONS[name]
  const flag = dashed(name)
  const option = new Option(`${flag} <${kind === 'whole' ? 'n' : `${least}..${most}`}>`, about)
  option.argParser((kind === 'whole' ? wholeFrom : numberFrom)(flag, least, most))
  return 'default' in rest ? option.default(rest.default) : option
}

export const facesFlag = (): Option =>
  new Option('--faces <auto|off|only>', `${OPTIONS.faces.about}; only: each face as a portrait, and nothing else`)
    .argParser(oneOf('--faces', [...OPTIONS.faces.words, 'only']))
    .default(OPTIONS.faces.default)

export const styleFlag = (): Option => new Option('-s, --style <name|file>', 'the style').default('sora')

export const backendFlag = (): Option =>
  new Option('--backend <auto|cpu|webgpu>', 'what to compute on')
    .argParser(oneOf('--backend', ['auto', 'cpu', 'webgpu']))
    .default('auto')

export const threadsFlag = (): Option =>
  new Option('--threads <n>', 'CPU threads; default: one per core').argParser(wholeFrom('--threads', 1, 1024))

export const memoryFlag = (): Option =>
  new Option('--memory <MiB>', 'memory for the network; larger pictures are done in tiles')
    .argParser(wholeFrom('--memory', 64, 2 ** 20))
    .default(512)

export const featuresFlag = (): Option =>
  new Option('--features <name|file>', 'VGG-19 to see with: vgg19.npy or .pth; default: compact-vgg19')

export const forceFlag = (): Option => new Option('--force', 'overwrite; do again what is there')
