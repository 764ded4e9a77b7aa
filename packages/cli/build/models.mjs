/**
 * Takes the networks for faces and people out of MediaPipe's npm packages, with their licence, into a folder to ship in place
 * of those packages: 4 MB in place of 60.
 *
 *     node packages/cli/build/models.mjs FOLDER
 */
import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where each network lies; `end` where its file goes on with others. */
const networks = [
  {
    name: 'face_detection_short_range.tflite',
    from: '@mediapipe/face_detection/face_detection_short_range.tflite',
    sha256: '3bc182eb9f33925d9e58b5c8d59308a760f4adea8f282370e428c51212c26633',
  },
  {
    name: 'face_detection_full_range.tflite',
    from: '@mediapipe/face_detection/face_detection_full_range.tflite',
    sha256: '99bf9494d84f50acc6617d89873f71bf6635a841ea699c17cb3377f9507cfec3',
  },
  {
    name: 'face_landmark_with_attention.tflite',
    from: '@mediapipe/face_mesh/face_mesh_solution_packed_assets.data',
    end: 2_495_952,
    sha256: '883b7411747bac657c30c462d305d312e9dec6adbf8b85e2f5d8d722fca9455d',
  },
  {
    name: 'selfie_segmentation.tflite',
    from: '@mediapipe/selfie_segmentation/selfie_segmentation.tflite',
    sha256: '8d13b7fae74af625c641226813616a2117bd6bca19eb3b75574621fc08557f27',
  },
]

const [folder] = process.argv.slice(2)
if (folder === undefined) {
  console.error('expected a folder to write to, found none; run: node packages/cli/build/models.mjs FOLDER')
  process.exit(2)
}
mkdirSync(folder, { recursive: true })
const { resolve } = createRequire(import.meta.url)
for (const { name, from, end, sha256 } of networks) {
  const bytes = readFileSync(resolve(from)).subarray(0, end)
  const found = createHash('sha256').update(bytes).digest('hex')
  if (found !== sha256) throw new Error(`${from}: expected ${name} with SHA-256 ${sha256}, found ${found}`)
  writeFileSync(join(folder, name), bytes)
}
copyFileSync(fileURLToPath(new URL('Apache-2.0.txt', import.meta.url)), join(folder, 'LICENSE'))
const sources = networks.map(({ name, from }) => {
  const at = from.split('/').slice(0, 2).join('/')
  const { version } = JSON.parse(readFileSync(resolve(`${at}/package.json`), 'utf8'))
  return `${name}: from the npm package ${at} ${version}`
})
writeFileSync(
  join(folder, 'NOTICE'),
  `Networks of MediaPipe (https://github.com/google-ai-edge/mediapipe), Copyright The MediaPipe Authors, unchanged, under
the Apache License, Version 2.0 (LICENSE).

${sources.join('\n')}
`,
)
