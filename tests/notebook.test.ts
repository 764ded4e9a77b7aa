/**
 * The notebook in examples/, run from top to bottom as a visitor does, by Jupyter's own kernel, in a folder where the
 * project is already cloned and installed.
 */
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { afterAll, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'animegan-notebook-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

// Debian's packages are for Debian's Python, which need not be the first in PATH.
const python = ['python3', '/usr/bin/python3'].find(
  (program) => spawnSync(program, ['-c', 'import nbclient, ipykernel']).status === 0,
)

interface Notebook {
  readonly cells: readonly {
    readonly cell_type: string
    readonly source: string
    readonly outputs?: readonly {
      readonly data?: Readonly<Record<string, string>>
      readonly text?: string | readonly string[]
    }[]
  }[]
}

it.skipIf(!python)(
  'shows what it draws in every cell (skipped without Python with nbclient and ipykernel)',
  async () => {
    symlinkSync(root, join(folder, 'animegan'))
    copyFileSync(join(root, 'examples/animegan.ipynb'), join(folder, 'animegan.ipynb'))
    const run = [
      'import nbformat, nbclient',
      'notebook = nbformat.read("animegan.ipynb", 4)',
      'nbclient.NotebookClient(notebook, timeout=600, kernel_name="python3").execute()',
      'nbformat.write(notebook, "done.ipynb")',
    ]
    const { status, stderr } = spawnSync(`${python}`, ['-c', run.join('\n')], { cwd: folder, encoding: 'utf8' })
    expect(status, stderr).toBe(0)
    const { cells } = JSON.parse(readFileSync(join(folder, 'done.ipynb'), 'utf8')) as Notebook
    const outputs = cells.flatMap((cell) => cell.outputs ?? [])
    const pictures = outputs.flatMap(({ data }) => data?.['image/jpeg'] ?? [])
    const sizes = await Promise.all(
      pictures.map(async (bytes) => {
        const { width, height } = await sharp(Buffer.from(bytes, 'base64')).metadata()
        return [width, height]
      }),
    )
    expect(sizes).toHaveLength(3)
    for (const size of sizes) expect(Math.min(...size)).toBeGreaterThanOrEqual(400)
    const pages = outputs.map(({ data }) => [data?.['text/html'] ?? ''].flat().join(''))
    // Compared here, so that a failure does not print a whole clip.
    expect(pages.some((page) => page.includes('src="data:video/mp4;base64,'))).toBe(true)
    const printed = outputs.map(({ text = '' }) => [text].flat().join('')).join('\n')
    expect(printed).toMatch(/portrait\.anime\.jpg\s+street\.anime\.jpg/)
    expect(printed).not.toMatch(/error|Traceback|animegan: /i)
  },
)
