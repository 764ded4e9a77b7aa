/** The scripts of `completion`, run in the shells themselves; those of shells that are not installed only written. */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Workplace } from '../testing.ts'

const at = new Workplace()
afterAll(() => at.remove())
beforeAll(async () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { code, stdout } = await at.run(['completion', shell])
    expect(code).toBe(0)
    writeFileSync(at.path(shell), stdout)
  }
})

const has = (shell: string): boolean => {
  try {
    execFileSync(shell, ['-c', 'exit 0'])
    return true
  } catch {
    return false
  }
}

const run = (shell: string, script: string): string[] =>
  execFileSync(shell, ['-c', script], { cwd: at.folder, encoding: 'utf8' }).trim().split('\n').sort()

/** What bash offers for the last of the words. */
const inBash = (...words: string[]): string[] =>
  run(
    'bash',
    `source ./bash; COMP_WORDS=(animegan ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}; _animegan; printf '%s\\n' "\${COMPREPLY[@]}"`,
  )
/** What fish offers; files are left out, and descriptions, which follow a tab. */
const inFish = (...words: string[]): string[] =>
  run('fish', `source ./fish; complete -C 'animegan ${words.join(' ')}'`)
    .map((line) => line.split('\t')[0])
    .filter((word) => !['bash', 'zsh', 'fish', '.cache/'].includes(word))

const NESTED = ['add', 'info', 'list', 'remove']

describe.each([
  ['bash', inBash],
  ['fish', inFish],
] as const)('%s', (shell, offered) => {
  it.skipIf(!has(shell))('offers commands first, options of the command, and words of an option', () => {
    expect(offered('st')).toEqual(['styles'])
    expect(offered('styles', '')).toEqual(NESTED)
    expect(offered('styles', 'in')).toEqual(['info'])
    expect(offered('styles', 'info', 'so')).toEqual(['sora'])
    expect(offered('--fac')).toEqual(['--faces'])
    expect(offered('photo.jpg', '--faces', 's')).toEqual(['styled'])
    expect(offered('-s', 'so')).toEqual(['sora'])
    expect(offered('import', '--cha')).toEqual(['--channels'])
    expect(offered('import', '--channels', 'b')).toEqual(['bgr'])
    expect(offered('export', '--cha')).toEqual([''])
    expect(offered('train', '--style', 'so')).toEqual([''])
  })
})

it.skipIf(!has('zsh'))('zsh takes the script', () => {
  const registered = run('zsh', 'autoload -Uz compinit; compinit -u -d ./dump; source ./zsh; print $_comps[animegan]')
  expect(registered.join()).toContain('_animegan')
})

it('refuses other shells in one line', async () => {
  const { code, stderr } = await at.run(['completion', 'tcsh'])
  expect([code, stderr]).toEqual([2, "animegan: completion: expected one of bash, zsh, fish, found 'tcsh'\n"])
})
