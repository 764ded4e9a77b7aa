/**
 * `completion`: prints a script that completes the command's words in bash, zsh or fish. Made from the same declarations
 * as the command line itself; words of options are those between the angle brackets of their flags. Everything else is
 * completed as file names by the shell.
 */
import { knownStyles } from '@animegan/node'
import type { Command, Option } from 'commander'

export type Shell = 'bash' | 'zsh' | 'fish'

/** A command with its words: `path` is empty for animegan itself, `styles add` for a command of a command. */
interface Words {
  readonly path: string
  readonly commands: readonly { readonly name: string; readonly about: string }[]
  /** Words for its first argument. */
  readonly first: readonly string[]
  readonly options: readonly {
    readonly names: readonly string[]
    readonly about: string
    readonly takesValue: boolean
    readonly values: readonly string[]
  }[]
}

/** Prints the script. */
export const printCompletion = async (program: Command, shell: Shell): Promise<number> => {
  const styles = (await knownStyles()).map(({ name }) => name)
  const all = wordsOf(program, '', styles)
  process.stdout.write(shell === 'fish' ? fish(all) : shell === 'zsh' ? zsh(all) : bash(all))
  return 0
}

const wordsOf = (command: Command, path: string, styles: readonly string[]): Words[] => [
  {
    path,
    commands: command.commands.map((child) => ({ name: child.name(), about: child.description() })),
    first: command.registeredArguments.slice(0, 1).flatMap((argument) => valuesOf(argument.name(), styles)),
    options: command
      .createHelp()
      .visibleOptions(command)
      .map((option) => describe(option, styles)),
  },
  ...command.commands.flatMap((child) => wordsOf(child, `${path} ${child.name()}`.trim(), styles)),
]

const describe = (option: Option, styles: readonly string[]): Words['options'][number] => {
  const { short, long, flags, description: about, required, optional } = option
  const [, value = ''] = /[<[](.+)[>\]]/.exec(flags) ?? []
  const names = [short, long].flatMap((name) => name ?? [])
  // Of the options named style, only this one takes a style; the others take folders.
  const values = short === '-s' ? styles : valuesOf(value, styles)
  return { names, about, takesValue: required || optional, values }
}

/** Words for a value of that name: those that it lists; the styles for a style's name. */
const valuesOf = (name: string, styles: readonly string[]): readonly string[] => {
  if (name === 'style' || name === 'name') return styles
  const words = name.split('|')
  return words.length === 1 || words.some((word) => /^(?:file|folder|#.*)$/.test(word)) ? [] : words
}

/** Text in single quotes, for every shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

const bash = (all: readonly Words[]): string => {
  const { commands } = all[0]
  const offers = all.map(({ path, commands, first, options }) => {
    const names = options.flatMap((option) => option.names).join(' ')
    const next = [...commands.map(({ name }) => name), ...first].join(' ')
    return `    ${quoted(path)}) options=${quoted(names)} next=${quoted(next)} ;;`
  })
  const values = all.flatMap(({ path, options }) =>
    options.flatMap(({ names, values }) =>
      values.length === 0
        ? []
        : names.map((name) => `    ${quoted(`${path} ${name}`.trim())}) words=${quoted(values.join(' '))} ;;`),
    ),
  )
  return `# Completion of animegan for bash: eval "$(animegan completion bash)" in ~/.bashrc
_animegan() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} path= options= next= words=
  case \${COMP_WORDS[1]} in
    ${commands.map(({ name }) => name).join('|')}) ((COMP_CWORD > 1)) && path=\${COMP_WORDS[1]} ;;
  esac
  case "$path \${COMP_WORDS[2]}" in
    ${nested(all).map(quoted).join('|')}) ((COMP_CWORD > 2)) && path="$path \${COMP_WORDS[2]}" ;;
  esac
  case "$path" in
${offers.join('\n')}
  esac
  case "\${path:+$path }$before" in
${values.join('\n')}
  esac
  if [[ -z $words && $word == -* ]]; then words=$options; fi
  # Commands and the words of a first argument come directly after what they belong to.
  local depth=0
  if [[ $path == *' '* ]]; then depth=2; elif [[ -n $path ]]; then depth=1; fi
  if [[ -z $words ]] && ((COMP_CWORD == depth + 1)); then words=$next; fi
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _animegan animegan
`
}

/** The paths of commands of commands. */
const nested = (all: readonly Words[]): string[] => all.map(({ path }) => path).filter((path) => path.includes(' '))

const zsh = (all: readonly Words[]): string =>
  `# Completion of animegan for zsh: eval "$(animegan completion zsh)" in ~/.zshrc, after compinit
autoload -Uz bashcompinit && bashcompinit
${bash(all).split('\n').slice(1).join('\n')}`

const fish = (all: readonly Words[]): string => {
  const lines = all.flatMap(({ path, commands, first, options }) => {
    const where = quoted(path === '' ? '__fish_use_subcommand' : seen(path, commands))
    return [
      ...commands.map(({ name, about }) => `complete -c animegan -n ${where} -a ${name} -d ${quoted(about)}`),
      ...(first.length > 0 ? [`complete -c animegan -n ${where} -a ${quoted(first.join(' '))}`] : []),
      ...options.map(({ names, about, takesValue, values }) => {
        const flags = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`))
        const value = takesValue ? ` -r${values.length > 0 ? ` -a ${quoted(values.join(' '))}` : ''}` : ''
        const everywhere = path === '' ? quoted(notAfter(commands)) : where
        return `complete -c animegan -n ${everywhere} ${flags.join(' ')}${value} -d ${quoted(about)}`
      }),
    ]
  })
  return `# Completion of animegan for fish: animegan completion fish > ~/.config/fish/completions/animegan.fish\n${lines.join('\n')}\n`
}

/** A condition: the words of a command have been typed, and of those of its own commands none. */
const seen = (path: string, commands: Words['commands']): string => {
  const typed = path.split(' ').map((name) => `__fish_seen_subcommand_from ${name}`)
  return [...typed, ...(commands.length > 0 ? [notAfter(commands)] : [])].join('; and ')
}

const notAfter = (commands: Words['commands']): string =>
  `not __fish_seen_subcommand_from ${commands.map(({ name }) => name).join(' ')}`
