/**
 * Completes the service worker once everything else is built: gives it the names of all files, those of the page itself
 * and those that are cached on first use, and the headers that a static host does not send. Also writes the content
 * security policy into the page for the very first visit.
 */
import { createHash } from 'node:crypto'
import { contentSecurityPolicy, isolationHeaders } from '@animegan/server/page'
import type { Plugin } from 'vite'

const SCRIPT = 'service-worker.js'
/** Too large, or needed too seldom, to be fetched before they are needed. */
const later = /\.(wasm|safetensors|tflite|jpg)$|ort-wasm|libheif|jxl_dec|openjpeg/

export const offline = (): Plugin => ({
  name: 'animegan-offline',
  transformIndexHtml: () => [
    {
      tag: 'meta',
      attrs: { 'http-equiv': 'Content-Security-Policy', content: contentSecurityPolicy({ inPage: true }) },
      injectTo: 'head-prepend',
    },
  ],
  generateBundle: {
    order: 'post',
    handler(_, bundle) {
      const script = bundle[SCRIPT]
      if (script?.type !== 'chunk') return // a worker's own bundle
      const names = Object.keys(bundle).filter((name) => name !== SCRIPT && !name.endsWith('.map'))
      const page = names.filter((name) => !later.test(name))
      const hash = createHash('sha256')
      for (const name of names) {
        const file = bundle[name]
        hash.update(name).update(file.type === 'chunk' ? file.code : file.source)
      }
      const facts = {
        version: hash.digest('hex').slice(0, 16),
        page: [...page, 'manifest.webmanifest', 'icon.svg', 'icon-192.png', 'icon-512.png'],
        later: names.filter((name) => later.test(name)),
        headers: { ...isolationHeaders, 'Content-Security-Policy': contentSecurityPolicy() },
      }
      script.code = script.code.replace('__FACTS__', () => JSON.stringify(facts))
    },
  },
})
