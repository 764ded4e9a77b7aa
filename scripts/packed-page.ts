/**
 * Puts the built page into `@animegan/server` while npm packs it, in the folder where npm runs this: `add` builds and copies
 * it, what gets smaller compressed, `remove` removes it. It is not there permanently, because a checkout has the page
 * itself.
 */
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { root } from './root.ts'

/** As `pageFiles` of `@animegan/server` expects it; the page itself stays readable, as the service may write into it. */
const PACKED = /\.(m?js|css|wasm|tflite|safetensors)$/

const packed = 'page'
rmSync(packed, { recursive: true, force: true })
if (process.argv[2] === 'add') {
  // Not known when scripts are compiled, which the page's server comes after.
  const builder: { buildPage(): Promise<boolean> } = await import(
    new URL('apps/web/dist/server/build-page.js', root).href
  )
  await builder.buildPage()
  cpSync(new URL('apps/web/dist/page', root), packed, { recursive: true })
  for (const name of readdirSync(packed, { recursive: true, encoding: 'utf8' })) {
    if (!PACKED.test(name)) continue
    const path = join(packed, name)
    writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }))
    rmSync(path)
  }
}
