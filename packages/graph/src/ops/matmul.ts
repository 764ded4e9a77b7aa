/**
 * Matrix products over the last two axes, with either operand optionally transposed; leading axes are a batch of equal
 * shape.
 */
import { type Dim, dimsEqual, shapesEqual } from '../dim.ts'
import { apply, floatsOnly, type OnnxNode, type Operation, type Tensor } from '../tensor.ts'
import { sizeOf } from '../value.ts'

interface Transposes {
  readonly transposeA: boolean
  readonly transposeB: boolean
}

/** Rows and columns of the matrices in a shape, after any transposition. */
const matrixOf = <D extends Dim>(shape: readonly D[], transposed: boolean): [rows: D, columns: D] => {
  const [rows, columns] = shape.slice(-2)
  return transposed ? [columns, rows] : [rows, columns]
}

export const matMulOp: Operation<Transposes> = {
  name: 'matMul',
  infer: (inputs, { transposeA, transposeB }) => {
    floatsOnly(inputs)
    const [a, b] = inputs
    const rank = a.shape.length
    if (rank < 2 || b.shape.length !== rank || !shapesEqual(a.shape.slice(0, -2), b.shape.slice(0, -2))) {
      throw new Error('expects matrices with the same batch')
    }
    const [m, ka] = matrixOf(a.shape, transposeA)
    const [kb, n] = matrixOf(b.shape, transposeB)
    if (!dimsEqual(ka, kb)) throw new Error('inner sizes differ')
    return { dtype: 'float32', shape: [...a.shape.slice(0, -2), m, n] }
  },
  evaluate: ([a, b], { transposeA, transposeB }, shape) => {
    const [m, n] = shape.slice(-2) as [number, number]
    const [, inner] = matrixOf(a.shape, transposeA)
    const [left, right] = [a.data as Float32Array, b.data as Float32Array]
    const data = Float32Array.from({ length: sizeOf(shape) }, (_, index) => {
      const batch = Math.floor(index / (m * n))
      const [i, j] = [Math.floor(index / n) % m, index % n]
      let total = 0
      for (let k = 0; k < inner; k++) {
        const l = left[batch * m * inner + (transposeA ? k * m + i : i * inner + k)]
        total += l * right[batch * n * inner + (transposeB ? j * inner + k : k * n + j)]
      }
      return total
    })
    return { dtype: 'float32', shape, data }
  },
  gradient: (node, grad, { transposeA, transposeB }) => {
    const [a, b] = node.inputs as [Tensor, Tensor]
    return [
      transposeA
        ? matMul(b, grad, { transposeA: transposeB, transposeB: true })
        : matMul(grad, b, { transposeB: !transposeB }),
      transposeB
        ? matMul(grad, a, { transposeA: true, transposeB: transposeA })
        : matMul(a, grad, { transposeA: !transposeA }),
    ]
  },
  onnx: (node, { transposeA, transposeB }): OnnxNode =>
    node.shape.length === 2
      ? { type: 'Gemm', attributes: { transA: Number(transposeA), transB: Number(transposeB) } }
      : {
          // The encoder writes a Transpose before each transposed operand; ONNX Runtime fuses the three nodes.
          type: 'MatMul',
          transposed: [transposeA, transposeB],
        },
}

/** `a · b`, either transposed first. */
export const matMul = (a: Tensor, b: Tensor, options: Partial<Transposes> = {}): Tensor =>
  apply(matMulOp, { transposeA: options.transposeA ?? false, transposeB: options.transposeB ?? false }, [a, b])
