/**
 * TensorFlow.js on its WASM backend: the same network with the same weights, written the way its users would, with
 * fused convolutions, and warmed up. The page loads its scripts.
 */
import type { NetworkStyle } from '@animegan/models'
import { enter, levels, normalised, picture, side, style, threads } from './contestant.ts'

/** The part of its API used here. */
interface Tensor {
  readonly shape: readonly number[]
  data(): Promise<Float32Array>
  dispose(): void
}
interface Tensorflow {
  setBackend(name: string): Promise<boolean>
  tensor(data: Float32Array, shape: readonly number[]): Tensor
  transpose(x: Tensor, order: readonly number[]): Tensor
  reshape(x: Tensor, shape: readonly number[]): Tensor
  depthToSpace(x: Tensor, block: number): Tensor
  tidy<T>(work: () => T): T
  add(a: Tensor, b: Tensor): Tensor
  tanh(x: Tensor): Tensor
  mirrorPad(x: Tensor, by: readonly (readonly [number, number])[], mode: 'reflect'): Tensor
  readonly image: { resizeNearestNeighbor(x: Tensor, size: readonly [number, number]): Tensor }
  readonly fused: { conv2d(options: object): Tensor }
  readonly wasm: {
    setWasmPaths(folder: string): void
    setThreadsCount(count: number): void
    getThreadsCount(): number
  }
}
const { tf } = window as unknown as { tf: Tensorflow }

tf.wasm.setWasmPaths('/tfjs/tfjs-backend-wasm/dist/')
tf.wasm.setThreadsCount(threads)
await tf.setBackend('wasm')
if (tf.wasm.getThreadsCount() !== threads)
  throw new Error(`expected ${threads} threads, found ${tf.wasm.getThreadsCount()}`)

const live = ({ weights }: NetworkStyle): ((x: Tensor) => Tensor) => {
  const ready = new Map(
    [...weights].map(([name, { data, shape }]) => {
      const tensor = tf.tensor(data as Float32Array, shape)
      return [name, shape.length === 4 ? tf.transpose(tensor, [2, 3, 1, 0]) : tensor] as const
    }),
  )
  const conv = (x: Tensor, name: string, { active = true, strides = 1, pad = 1 } = {}): Tensor =>
    tf.fused.conv2d({
      x,
      filter: ready.get(`${name}.weight`),
      bias: ready.get(`${name}.bias`),
      strides,
      pad: [
        [0, 0],
        [pad, pad],
        [pad, pad],
        [0, 0],
      ],
      activation: active ? 'leakyrelu' : 'linear',
      ...(active && { leakyreluAlpha: 0.2 }),
    })
  const mirrored = (x: Tensor): Tensor =>
    tf.mirrorPad(
      x,
      [
        [0, 0],
        [1, 1],
        [1, 1],
        [0, 0],
      ],
      'reflect',
    )
  const twice = (x: Tensor): Tensor => tf.image.resizeNearestNeighbor(x, [2 * x.shape[1], 2 * x.shape[2]])
  const cells = (x: Tensor): Tensor => {
    const [n, height, width, channels] = x.shape
    const split = tf.reshape(x, [(n * height) / 2, 2, width / 2, 2 * channels])
    return tf.reshape(tf.transpose(split, [0, 2, 1, 3]), [n, height / 2, width / 2, 4 * channels])
  }
  return (x) => {
    const a0 = conv(mirrored(cells(x)), 'a0', { pad: 0 })
    const b0 = conv(a0, 'b0', { strides: 2 })
    let h = conv(b0, 'c0', { strides: 2 })
    for (const name of ['r0', 'r1', 'r2', 'r3']) h = tf.add(h, conv(conv(h, `${name}a`), `${name}b`, { active: false }))
    const d1 = conv(tf.add(twice(conv(h, 'd0')), b0), 'd1')
    const e1 = conv(tf.add(twice(conv(d1, 'e0')), a0), 'e1')
    return tf.depthToSpace(tf.tanh(conv(mirrored(e1), 'out', { active: false, pad: 0 })), 2)
  }
}

const network = live(await style())
const given = tf.tensor(normalised(picture()), [1, side, side, 3])
const run = async (): Promise<Float32Array> => {
  const result = tf.tidy(() => network(given))
  const data = await result.data()
  result.dispose()
  return data
}
enter({ run, result: async () => levels(await run()) })
