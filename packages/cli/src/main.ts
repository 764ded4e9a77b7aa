/**
 * The command line: options, subcommands, and the exit codes (0 all done, 1 some failed, 2 usage error). A command's
 * code is loaded only when it runs, so that --help is fast.
 */
import { existsSync, readFileSync } from 'node:fs'
import { Command, CommanderError, Option } from 'commander'
import type { Shell } from './commands/completion.ts'
import {
  animateFlag,
  backendFlag,
  facesFlag,
  featuresFlag,
  forceFlag,
  memoryFlag,
  precisionFlag,
  styleFlag,
  threadsFlag,
} from './flags.ts'
import { bitrateFor, numberFrom, oneOf, timeFor, UsageError, wholeFrom } from './usage.ts'

const VERSION = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version as string
const COMPARISONS = ['side', 'split', 'none'] as const

const SHORT_USAGE = `usage: animegan [options] <file|folder|glob|-> ...

  animegan photo.jpg                 writes photo.anime.jpg
  animegan photos/ -o out/ -s cel    a folder, in the style cel

animegan --help lists the options and commands, animegan styles the styles.
`

const parseSizes = (text: string): number[] => text.split(',').map(wholeFrom('--sizes', 32, 8192))

/** Throws if the first input is not a file, but resembles the name of a command. */
const refuseMistypedCommand = async (first: string, names: readonly string[]): Promise<void> => {
  if (!/^[a-z]+$/.test(first) || existsSync(first)) return
  const near = (await import('@animegan/node')).nearest(first, names)
  if (near)
    throw new UsageError(`${first}: expected a file or a command, found neither; did you mean animegan ${near}?`)
}

/** The command; `done` receives each action's exit code. */
const makeProgram = (done: (code: number) => void): Command => {
  const program = new Command('animegan')
  program
    .description('Turns photos, animated pictures and clips into anime, on your own machine.')
    .usage('[options] <file|folder|glob|-> ...')
    .argument(
      '[inputs...]',
      'pictures, clips, folders, globs, numbered frames such as f/%05d.png, a camera such as /dev/video0, or - for standard input',
    )
    .option('-o, --output <file|folder|->', 'default: next to the input, as NAME.anime.EXT')
    .addOption(styleFlag())
    .addOption(animateFlag('strength'))
    .addOption(facesFlag())
    .addOption(animateFlag('proportions'))
    .addOption(animateFlag('lashes'))
    .addOption(animateFlag('age'))
    .addOption(animateFlag('eyeColour'))
    .addOption(animateFlag('size'))
    .addOption(animateFlag('effectSize'))
    .option(
      '--format <name>',
      "jpeg, png, webp, avif, gif, tiff; mp4, mov, webm, mkv; default: the output name's, or the input's",
    )
    .addOption(
      new Option('--quality <1..100>', 'quality of JPEG, WebP, AVIF and clips').argParser(
        wholeFrom('--quality', 1, 100),
      ),
    )
    .addOption(backendFlag())
    .addOption(precisionFlag())
    .addOption(threadsFlag())
    .addOption(memoryFlag())
    .addOption(
      new Option('--compare [side|split|none]', 'also write the before/after picture or clip, as NAME.compare.EXT')
        .preset('side')
        .argParser(oneOf('--compare', COMPARISONS)),
    )
    .option('--codec <name>', "of a clip: avc, hevc, vp8, vp9 or av1; default: the container's")
    .addOption(
      new Option('--bitrate <n>', 'of a clip, such as 4M, instead of --quality').argParser(bitrateFor('--bitrate')),
    )
    .addOption(
      new Option(
        '--sound <copy|convert|none>',
        'sound of a clip: copy it where possible, convert all of it, or leave it out',
      )
        .argParser(oneOf('--sound', ['copy', 'convert', 'none']))
        .default('copy'),
    )
    .addOption(new Option('--start <time>', 'start time in a clip, such as 3s or 1:30').argParser(timeFor('--start')))
    .addOption(new Option('--end <time>', 'end time in a clip').argParser(timeFor('--end')))
    .addOption(
      new Option(
        '--fps <n>',
        "steady frames per second; default: the clip's own times, 25 for numbered frames",
      ).argParser(numberFrom('--fps', 0.1, 240)),
    )
    .addOption(
      new Option(
        '--preview <time>',
        'write the first seconds of a clip as soon as they are done, as NAME.preview.EXT',
      ).argParser(timeFor('--preview')),
    )
    .option('--json', 'one JSON line per result on standard output')
    .addOption(forceFlag())
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this')
    .addHelpText('after', '\nExit code 0: all done; 1: some inputs failed; 2: usage error.')
    .enablePositionalOptions()
    .helpCommand('help [command]', 'print this help, or that of a command')
    .action(async (inputs: string[], flags) => {
      const [first] = inputs
      if (first === undefined) {
        process.stderr.write(SHORT_USAGE)
        return done(2)
      }
      await refuseMistypedCommand(
        first,
        program.commands.map((command) => command.name()),
      )
      done(await (await import('./commands/stylize.ts')).stylize(inputs, { ...flags, version: VERSION }))
    })

  const styles = program.command('styles').description('list the installed styles, and those you can download')
  styles
    .argument('[action]')
    .usage('[command]')
    .action(async (action?: string) => {
      const { listStyles, refuseAction } = await import('./commands/styles.ts')
      if (action !== undefined) refuseAction(action)
      done(await listStyles())
    })
  styles
    .command('list')
    .description('the same as styles alone')
    .action(async () => {
      done(await (await import('./commands/styles.ts')).listStyles())
    })
  styles
    .command('add')
    .description('download a public style after you agree to its licence')
    .argument('<name>')
    .option('--accept-licence', 'agree without a prompt')
    .option('--force', 'download it again')
    .action(async (name: string, flags) => {
      done(await (await import('./commands/styles.ts')).addStyleCommand(name, flags))
    })
  styles
    .command('info')
    .description('describe a style and its licence')
    .argument('<name>')
    .action(async (name: string) => {
      done(await (await import('./commands/styles.ts')).styleInfo(name))
    })

  styles
    .command('remove')
    .description('delete an added style')
    .argument('<name>')
    .action(async (name: string) => {
      done(await (await import('./commands/styles.ts')).removeStyleCommand(name))
    })

  program
    .command('import')
    .description(
      'make a style from your own weights or model: PyTorch, TensorFlow, TensorFlow Lite, NumPy, safetensors or ONNX',
    )
    .argument('<file|folder>')
    .option('-o, --output <style>', 'default: NAME.safetensors next to the file')
    .option('--title <text>', "default: the file's name")
    .option('--licence <text>', 'terms of use of the weights; default: unknown')
    .option('--attribution <text>', 'who made them')
    .addOption(
      new Option(
        '--resize <nearest|asymmetric|half_pixel|align_corners>',
        'how the network was trained to double sizes; default: as implied by the kind of file',
      ).argParser(oneOf('--resize', ['nearest', 'asymmetric', 'half_pixel', 'align_corners'])),
    )
    .addOption(
      new Option(
        '--range <-1..1|0..1|0..255>',
        'ONNX: what the model takes for black and white; default: measured',
      ).argParser(oneOf('--range', ['-1..1', '0..1', '0..255'])),
    )
    .addOption(
      new Option(
        '--channels <rgb|bgr>',
        'ONNX: the order of colours that the model takes; default: measured',
      ).argParser(oneOf('--channels', ['rgb', 'bgr'])),
    )
    .addOption(forceFlag())
    .action(async (file: string, flags) => {
      done(await (await import('./commands/convert.ts')).importCommand(file, flags))
    })
  program
    .command('export')
    .description('write a style as an ONNX model')
    .argument('<style>')
    .requiredOption('-o, --output <file.onnx>', 'the model to write')
    .addOption(forceFlag())
    .action(async (style: string, flags) => {
      done(await (await import('./commands/convert.ts')).exportCommand(style, flags))
    })
  program
    .command('train')
    .description('train a style from pictures')
    .option('--style <folder>', 'pictures in the style')
    .option('--photos <folder...>', 'photos to turn into it')
    .option('--recipe <name|file>', 'how to train', 'live')
    .option('--arch <network>', "the network to train; default: the recipe's")
    .option('--teacher <name>', "the drawing that training starts with; default: the recipe's")
    .option('--from <name|file>', 'a style to start from, of the same network; default: random weights')
    .addOption(new Option('--steps <n>', "how long; default: the recipe's").argParser(wholeFrom('--steps', 1, 1e8)))
    .addOption(new Option('--minutes <n>', 'time limit').argParser(numberFrom('--minutes', 0, 1e6)))
    .option('--resume <folder>', 'resume a run')
    .option('--watch', 'show the report while it trains, at an address of this machine')
    .option('-o, --output <folder>', 'folder for the run and the finished style')
    .addOption(featuresFlag())
    .addOption(
      new Option('--seed <n>', 'seed of all random numbers').argParser(wholeFrom('--seed', 0, 2 ** 31)).default(1),
    )
    .option('--title <text>', "the style's; default: the folder's name")
    .option('--licence <text>', 'terms of use of the style', 'not stated')
    .option('--attribution <text>', 'whom to credit', '')
    .addOption(backendFlag())
    .addOption(threadsFlag())
    .action(async (flags) => {
      done(await (await import('./commands/train.ts')).train(flags))
    })
  program
    .command('evaluate')
    .description('measure a style: how close to its pictures, and how much of the photos is kept')
    .argument('<style>')
    .requiredOption('--photos <folder>', 'photos, preferably ones it was not trained on')
    .requiredOption('--style-images <folder>', 'pictures in the style')
    .option('--clip <file>', 'a clip to measure the flicker of')
    .addOption(featuresFlag())
    .option('--json', 'one JSON line on standard output instead of the table')
    .action(async (style: string, flags) => {
      done(await (await import('./commands/evaluate.ts')).evaluateCommand(style, flags))
    })
  program
    .command('calibrate')
    .description(
      'prepare a style for computing in 8 bits: measure on photos what that needs, and write it into the style file',
    )
    .argument('<style>')
    .requiredOption('--photos <folder...>', 'a dozen photos or more, of different kinds')
    .option('-o, --output <style>', "default: the style's own file")
    .addOption(threadsFlag())
    .addOption(forceFlag())
    .action(async (style: string, flags) => {
      done(await (await import('./commands/calibrate.ts')).calibrateCommand(style, flags))
    })
  program
    .command('bench')
    .description('measure how fast a style is on this machine')
    .addOption(styleFlag())
    .addOption(
      new Option('--sizes <list>', 'sides of the square test pictures').argParser(parseSizes).default([256, 512, 1024]),
    )
    .addOption(new Option('--runs <n>', 'runs at each size').argParser(wholeFrom('--runs', 1, 1000)).default(3))
    .addOption(backendFlag())
    .addOption(precisionFlag())
    .addOption(threadsFlag())
    .addOption(memoryFlag())
    .action(async (flags) => {
      done(await (await import('./commands/bench.ts')).bench(flags))
    })
  program
    .command('completion')
    .description('print a script for your shell that completes the words of this command')
    .argument('<bash|zsh|fish>', 'the shell', oneOf('completion', ['bash', 'zsh', 'fish']))
    .action(async (shell: Shell) => {
      done(await (await import('./commands/completion.ts')).printCompletion(program, shell))
    })
  const service = (command: Command): Command =>
    command
      .option('--database <address>', 'a Postgres, as postgres://...')
      .option('--blobs <address>', 'where pictures and results are stored: a folder, or s3://BUCKET/PREFIX')
      .addOption(
        new Option('--workers <n>', 'pictures drawn at a time; default: one for every four cores').argParser(
          wholeFrom('--workers', 0, 1024),
        ),
      )
      .addOption(
        new Option('--threads <n>', 'CPU threads for each; default: all cores, shared').argParser(
          wholeFrom('--threads', 1, 1024),
        ),
      )
      .addOption(
        new Option('--memory <MiB>', 'the most memory for drawing one picture')
          .argParser(wholeFrom('--memory', 512, 2 ** 20))
          .default(2048),
      )
  service(
    program.command('serve').description('draw for others over HTTP: the API, the page, the queue and its workers'),
  )
    .addOption(new Option('--port <n>', 'the port').argParser(wholeFrom('--port', 0, 65_535)).default(8080))
    .option('--host <address>', 'the address to listen at; 0.0.0.0: everybody may come', '127.0.0.1')
    .option('--state <folder>', 'folder for the database, and for all that has no place elsewhere', 'animegan-state')
    .addOption(
      new Option('--max-wait <time>', 'the longest estimated wait; who would wait longer is told to come back')
        .argParser(timeFor('--max-wait'))
        .default(60, '60s'),
    )
    .addOption(
      new Option('--quota <n>', "a client's jobs in an hour").argParser(wholeFrom('--quota', 1, 1e9)).default(1000),
    )
    .addOption(
      new Option('--keep <hours>', 'how long results are kept').argParser(numberFrom('--keep', 0.01, 8760)).default(24),
    )
    .addOption(
      new Option('--max-size <MB>', 'the largest upload').argParser(numberFrom('--max-size', 0.001, 1000)).default(30),
    )
    .addOption(
      new Option('--max-pixels <MP>', 'the largest picture, in megapixels of all its frames')
        .argParser(numberFrom('--max-pixels', 0.001, 400))
        .default(50),
    )
    .addOption(
      new Option('--max-seconds <s>', 'the longest clip; 0: no clips')
        .argParser(numberFrom('--max-seconds', 0, 3600))
        .default(30),
    )
    .option('--keys <file>', 'keys of clients, one a line; default: everybody may use it')
    .addOption(
      new Option('--proxies <n>', "proxies before it, whose word is taken for clients' addresses")
        .argParser(wholeFrom('--proxies', 0, 10))
        .default(0),
    )
    .option('--offer', 'the page offers visitors with slow devices to draw here; it sends nothing before they agree')
    .action(async (flags) => {
      done(await (await import('./commands/serve.ts')).serveCommand({ ...flags, version: VERSION }))
    })
  service(program.command('worker').description("draw for a service elsewhere: only the queue's workers")).action(
    async (flags) => {
      done(await (await import('./commands/serve.ts')).workerCommand(flags))
    },
  )
  return program
}

/** `--compare` may come before an input, so only its own keywords count as its value. */
const withWord = (arg: string, index: number, args: readonly string[]): string =>
  arg === '--compare' && !COMPARISONS.some((word) => word === args[index + 1]) ? '--compare=side' : arg

/** Commander's errors become exceptions, and its own printing of them is turned off. */
const tame = (command: Command): void => {
  command.exitOverride().configureOutput({ outputError: () => {} })
  command.showSuggestionAfterError(true)
  for (const child of command.commands) tame(child)
}

/** Errors of the lower packages about an option, such as a style's name. */
const isMistake = (error: unknown): boolean =>
  ['bad-argument', 'unknown-style'].includes((error as { code?: string } | undefined)?.code ?? '')

/** Runs the command with the arguments after its name. Returns the exit code; errors are printed, not thrown. */
export const main = async (args: readonly string[]): Promise<number> => {
  let code = 0
  const program = makeProgram((result) => {
    code = result
  })
  tame(program)
  // A reader that stops early, such as head, does not end the command at once: a batch checks `process.stdout.errored`.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
  try {
    await program.parseAsync(args.map(withWord), { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0
    const message = (error instanceof Error ? error.message : String(error)).replace(/^error: /, '')
    process.stderr.write(`animegan: ${message.replace(/\s*\n\s*/g, ' ').trim()}\n`)
    return error instanceof CommanderError || error instanceof UsageError || isMistake(error) ? 2 : 1
  }
}
