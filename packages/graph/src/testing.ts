/**
 * For tests only, not part of the package: seeded random values, graphs run by ONNX Runtime, and comparison of results.
 * Tolerances are relative to one plus the size of the expected number.
 */
import fc from 'fast-check'
import * as ort from 'onnxruntime-node'
import { expect } from 'vitest'
import { gradients, input, interpret, isStatic, mul, sum, type Tensor, type Value } from './index.ts'
import { encodeOnnx } from './onnx/encode.ts'
import { constant } from './ops/source.ts'
import { floats, newArray, sizeOf } from './value.ts'

/** A generator of numbers from 0 to 1 (mulberry32). */
export const randomNumbers = (seed: number) => (): number => {
  seed = (seed + 0x6d2b79f5) | 0
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
}

/** Float32 numbers from `low` to `high`. */
export const randomValue = (shape: readonly number[], seed: number, low = -2, high = 2): Value<'float32'> => {
  const next = randomNumbers(seed)
  return floats(
    Array.from({ length: sizeOf(shape) }, () => low + (high - low) * next()),
    shape,
  )
}

export const seeds = fc.integer({ min: 0, max: 2 ** 30 })
export const sizes = (min: number, max: number) => fc.integer({ min, max })
/** [n, c, h, w] with small sizes. */
export const pictures = (least = 1, most = 6) =>
  fc.tuple(sizes(1, 2), sizes(1, 3), sizes(least, most), sizes(least, most))
export const borders = (most: number) => fc.tuple(sizes(0, most), sizes(0, most), sizes(0, most), sizes(0, most))

/** A float32 input. */
export const x = (shape: readonly number[], name = 'x'): Tensor => input(name, shape)

export type Named = Readonly<Record<string, Value>>

export const createSession = (model: Uint8Array, level: 'disabled' | 'all') =>
  ort.InferenceSession.create(model, { graphOptimizationLevel: level, intraOpNumThreads: 1, logSeverityLevel: 3 })

/** A session's results for the feeds, in the order of its outputs. */
export const runSession = async (session: ort.InferenceSession, feeds: Named): Promise<Value[]> => {
  const tensors = session.inputNames.map((name) => {
    const { dtype, data, shape } = feeds[name]
    return [name, new ort.Tensor(dtype as 'float32', data as Float32Array, shape)]
  })
  const results = await session.run(Object.fromEntries(tensors))
  return session.outputNames.map((name) => {
    const { type, data, dims } = results[name]
    return { dtype: type, data, shape: dims } as unknown as Value
  })
}

/** A model's results in ONNX Runtime. */
export const runModel = async (model: Uint8Array, feeds: Named, level: 'disabled' | 'all'): Promise<Value[]> => {
  const session = await createSession(model, level)
  try {
    return await runSession(session, feeds)
  } finally {
    await session.release()
  }
}

/** The encoded graph's results in ONNX Runtime. Parameters given here are in the model, others in the feeds. */
export const runOnnx = (
  outputs: readonly Tensor[],
  feeds: Named,
  parameters: Named = {},
  level: 'disabled' | 'all' = 'disabled',
): Promise<Value[]> => {
  const named = Object.fromEntries(outputs.map((output, index) => [`out${index}`, output]))
  return runModel(encodeOnnx(named, { parameters: new Map(Object.entries(parameters)) }), feeds, level)
}

export const expectClose = (actual: Value, expected: Value, tolerance: number): void => {
  expect(actual.dtype).toBe(expected.dtype)
  expect([...actual.shape]).toEqual([...expected.shape])
  expect(actual.data.length).toBe(expected.data.length)
  for (let i = 0; i < expected.data.length; i++) {
    const [a, b] = [Number(actual.data[i]), Number(expected.data[i])]
    if (!(Object.is(a, b) || Math.abs(a - b) <= tolerance * (1 + Math.abs(b)))) {
      throw new Error(`element ${i}: got ${a}, expected ${b} within ${tolerance}`)
    }
  }
}

/**
 * The interpreter and ONNX Runtime, with and without its optimisations, must agree. Returns the interpreter's values.
 */
export const expectSameAsOnnx = async (
  outputs: readonly Tensor[],
  feeds: Named,
  { tolerance = 1e-5, parameters = {} as Named } = {},
): Promise<Value[]> => {
  const expected = interpret(outputs, { ...feeds, ...parameters })
  for (const [index, { dtype, shape, data }] of expected.entries()) {
    expect(dtype).toBe(outputs[index].dtype)
    expect(data).toBeInstanceOf(newArray(dtype, 0).constructor)
    expect(data.length).toBe(sizeOf(shape))
    if (outputs[index].shape.every(isStatic)) {
      expect([...shape]).toEqual([...outputs[index].shape])
    }
  }
  for (const level of ['disabled', 'all'] as const) {
    const actual = await runOnnx(outputs, feeds, parameters, level)
    actual.forEach((value, index) => {
      expectClose(value, expected[index], tolerance)
    })
  }
  return expected
}

/** A loss that weights every element differently, so that no error can cancel another. */
const weighted = (y: Tensor) => {
  const weights = randomValue(y.shape as readonly number[], 77, 0.5, 1.5)
  weights.data.forEach((weight, i) => {
    if (i % 3 === 1) weights.data[i] = -weight
  })
  const loss = sum(
    mul(y, constant(weights)),
    y.shape.map((_, axis) => axis),
  )
  return { weights, loss }
}

/**
 * The gradients of `f` at `points` must equal central differences on the interpreter (summed in double precision), at
 * up to twelve elements of each input, and ONNX Runtime must compute the same gradients.
 */
export const expectGradient = async (
  f: (...xs: Tensor[]) => Tensor,
  points: readonly Value[],
  { step = 1e-2, tolerance = 1e-3 } = {},
): Promise<void> => {
  const inputs = points.map((point, index) => x(point.shape, `x${index}`))
  const feeds = Object.fromEntries(points.map((point, index) => [`x${index}`, point]))
  const y = f(...inputs)
  const { weights, loss } = weighted(y)
  const lossAt = (named: Named): number => {
    const [value] = interpret([y], named) as [Value<'float32'>]
    return value.data.reduce((total, element, i) => total + element * weights.data[i], 0)
  }
  const analytic = await expectSameAsOnnx(gradients(loss, inputs), feeds, { tolerance: 1e-4 })
  for (const [index, point] of points.entries()) {
    expect([...analytic[index].shape]).toEqual([...point.shape])
    const stride = Math.max(1, Math.floor(point.data.length / 12))
    for (let i = 0; i < point.data.length; i += stride) {
      const [above, below] = [step, -step].map((shift) => {
        const data = Float32Array.from(point.data as Float32Array)
        data[i] += shift
        return { at: data[i], loss: lossAt({ ...feeds, [`x${index}`]: floats(data, point.shape) }) }
      }) as [{ at: number; loss: number }, { at: number; loss: number }]
      const numeric = (above.loss - below.loss) / (above.at - below.at)
      const found = analytic[index].data[i] as number
      if (!(Math.abs(found - numeric) <= tolerance * (1 + Math.abs(numeric)))) {
        throw new Error(`input ${index}, element ${i}: gradient ${found}, central difference ${numeric}`)
      }
    }
  }
}
