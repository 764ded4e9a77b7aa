/**
 * Prepares what the tests need besides npm's packages: ffmpeg and ffprobe to check clips, Chromium as a real browser,
 * with fonts for the page's languages, Postgres, which the tests of the service start themselves, and Jupyter's kernel for the
 * notebook. As root on Debian it installs what is missing; elsewhere it says what to install.
 */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const suffix = process.platform === 'win32' ? '.exe' : ''
const found = (program) =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, program + suffix)))

const missing = {
  ffmpeg: !found('ffmpeg') || !found('ffprobe'),
  postgres: !existsSync('/usr/lib/postgresql'),
  jupyter: !existsSync('/usr/lib/python3/dist-packages/nbclient'),
  chromium: !existsSync(process.env.CHROMIUM || '/usr/bin/chromium') && !found('google-chrome'),
}

if (process.platform === 'linux' && process.getuid?.() === 0 && found('apt-get')) {
  const packages = [
    ...(missing.ffmpeg ? ['ffmpeg'] : []),
    ...(missing.postgres ? ['postgresql'] : []),
    ...(missing.jupyter ? ['python3-nbclient', 'python3-ipykernel'] : []),
    ...(missing.chromium ? ['chromium', 'fonts-noto-cjk'] : []),
  ]
  if (packages.length > 0) {
    const options = {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    }
    execFileSync('apt-get', ['update', '-qq'], options)
    execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], options)
  }
} else {
  if (missing.ffmpeg)
    console.warn('npm test: ffmpeg and ffprobe are not in PATH; tests of clips are skipped without them')
  if (missing.postgres && process.platform === 'linux')
    console.warn(
      'npm test: no Postgres in /usr/lib/postgresql; tests of a service of many machines are skipped without it',
    )
  if (missing.chromium)
    console.warn(
      'npm test: no Chromium; tests of the page fail without it: set CHROMIUM to the path of Chromium or Chrome',
    )
}
