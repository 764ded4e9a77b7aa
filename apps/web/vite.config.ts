/** Builds the page from the sources of every package, into a folder that works from any static host and path. */
import { defaultClientConditions, defineConfig } from 'vite'
import { examples } from './build/examples.ts'
import { offline } from './build/offline.ts'
import { styles } from './build/styles.ts'

const virtual = () => [styles(), examples()]

export default defineConfig({
  base: './',
  plugins: [...virtual(), offline()],
  resolve: { conditions: ['source', 'onnxruntime-web-use-extern-wasm', ...defaultClientConditions] },
  worker: {
    format: 'es',
    plugins: virtual,
    rolldownOptions: { output: { entryFileNames: 'assets/[name]-[hash].js' } },
  },
  build: {
    outDir: 'dist/page',
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1000,
    rolldownOptions: {
      input: { index: 'index.html', 'service-worker': 'src/service-worker/service-worker.ts' },
      output: {
        entryFileNames: ({ name }) => (name === 'service-worker' ? '[name].js' : 'assets/[name]-[hash].js'),
      },
    },
  },
})
