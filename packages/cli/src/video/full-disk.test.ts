/**
 * A clip whose result does not fit on the disk: finished work is kept, reported, and resumed. The built command as a
 * process, on a small disk of its own if the user may mount one, and under the shell's file size limit.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ffmpeg, hasJudges } from '../../../video/src/testing.ts'
import { Workplace } from '../testing.ts'

const bin = fileURLToPath(new URL('../../bin/animegan.js', import.meta.url))
/** As root of a separate namespace, whose mounts are not visible outside. */
const own = ['unshare', '--user', '--map-root-user', '--mount', 'sh', '-c']
const hasDisk = spawnSync(own[0], [...own.slice(1), 'mount -t tmpfs tmpfs /mnt']).status === 0

let at: Workplace
beforeEach(() => {
  at = new Workplace()
  const [pictures, sound] = ['testsrc2=size=64x48:rate=20:duration=8', 'sine=330:duration=8']
  ffmpeg('-f', 'lavfi', '-i', pictures, '-f', 'lavfi', '-i', sound, '-pix_fmt', 'yuv420p', at.path('a.mp4'))
})
afterEach(() => at.remove())

/** The output and exit code of a script in which `anime TO` styles the clip. */
const run = ([program, ...args]: readonly string[], script: string): { code: number | null; said: string } => {
  const anime = `anime() { "${process.execPath}" "${bin}" a.mp4 -o "$1" --effect-size 32 --threads 1 --faces off; }`
  const { status, stderr, stdout } = spawnSync(program, [...args, `${anime}; ${script}`], { cwd: at.folder })
  return { code: status, said: `${stderr}${stdout}` }
}

const whole = (): Buffer => {
  expect(run(['sh', '-c'], 'anime whole.mp4').code).toBe(0)
  return readFileSync(at.path('whole.mp4'))
}

describe.skipIf(!hasJudges || process.platform === 'win32')(
  'a full disk (skipped without ffmpeg, and on Windows)',
  () => {
    it.skipIf(!hasDisk).each([
      ['between its frames', '40k', 60],
      ['while they are joined', '120k', 160],
    ])('%s (skipped where users may not mount a disk)', (_, size, frames) => {
      const disk = `mkdir full && mount -t tmpfs -o size=${size} tmpfs full`
      const later = 'mount -o remount,size=10m full && anime full/b.mp4 && cp full/b.mp4 . && ls -A full'
      const { code, said } = run(own, `${disk} && { anime full/b.mp4; echo "code $?"; ls -A full; ${later}; }`)
      const kept = `the disk is full; ${frames} frames are kept in full/.b.mp4.parts; run the same command again to continue`
      expect(said).toContain(`animegan: a.mp4: ${kept}\n`)
      expect(said).toMatch(/code 1\n\.b\.mp4\.parts\n(a\.mp4 -> .*\n)?b\.mp4\n$/)
      expect(code).toBe(0)
      expect(readFileSync(at.path('b.mp4')).equals(whole())).toBe(true)
    })

    it.skipIf(process.platform === 'win32')('a file that may not grow (skipped on Windows)', () => {
      // In the shell's units of 512 bytes: more than any segment, less than the result. With the signal ignored,
      // writing fails with an error.
      const { code, said } = run(['sh', '-c'], `trap '' XFSZ; ulimit -f 100; anime b.mp4`)
      expect(said).toMatch(
        /^animegan: a\.mp4: EFBIG: .*; 160 frames are kept in \.b\.mp4\.parts; run the same command again/,
      )
      expect(code).toBe(1)
      expect(existsSync(at.path('b.mp4'))).toBe(false)
      expect(at.files('.b.mp4.parts')).not.toContain('result.mp4')
      expect(run(['sh', '-c'], 'anime b.mp4').code).toBe(0)
      expect(at.files()).toEqual(['a.mp4', 'b.mp4'])
      expect(readFileSync(at.path('b.mp4')).equals(whole())).toBe(true)
    })
  },
)
