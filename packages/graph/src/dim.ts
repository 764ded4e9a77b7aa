/**
 * Dimensions: sizes that may be unknown until a picture arrives. A symbolic size is affine in one symbol,
 * `scale * symbol + offset`: enough to know that a picture of 4h rows has h rows after two strides of two, so skip
 * connections are checked before anything runs. Products of symbols are not representable, and no network here needs
 * them.
 */

/** `scale * symbol + offset`, `scale` at least 1. */
export interface SymbolicDim {
  readonly symbol: string
  readonly scale: number
  readonly offset: number
}

export type Dim = number | SymbolicDim
export type Shape = readonly Dim[]

/** A size unknown until run time, known to be a multiple of `multiple`. */
export const symbolicDim = (symbol: string, multiple = 1): SymbolicDim => ({ symbol, scale: multiple, offset: 0 })

export const isStatic = (dim: Dim): dim is number => typeof dim === 'number'

/** True when every size is a plain number. */
export const isStaticShape = (shape: Shape): shape is readonly number[] => shape.every(isStatic)

/** The shape as plain numbers. Throws, naming `what`, when a size is symbolic. */
export const staticShape = (shape: Shape, what: string): readonly number[] => {
  if (!isStaticShape(shape)) throw new Error(`${what}: expected a shape known in advance, got ${formatShape(shape)}`)
  return shape
}

export const dimsEqual = (a: Dim, b: Dim): boolean =>
  isStatic(a) || isStatic(b) ? a === b : a.symbol === b.symbol && a.scale === b.scale && a.offset === b.offset

export const shapesEqual = (a: Shape, b: Shape): boolean =>
  a.length === b.length && a.every((dim, axis) => dimsEqual(dim, b[axis]))

/** `dim + constant`. */
export const addToDim = (dim: Dim, constant: number): Dim =>
  isStatic(dim) ? dim + constant : { ...dim, offset: dim.offset + constant }

/** `dim * factor`, `factor` a positive integer. */
export const scaleDim = (dim: Dim, factor: number): Dim =>
  isStatic(dim) ? dim * factor : { symbol: dim.symbol, scale: dim.scale * factor, offset: dim.offset * factor }

/**
 * `floor(dim / divisor)`. Throws for a symbolic size whose scale the divisor does not divide: the symbol needs a
 * multiple.
 */
export const floorDivideDim = (dim: Dim, divisor: number): Dim => {
  if (isStatic(dim)) return Math.floor(dim / divisor)
  if (dim.scale % divisor !== 0) {
    throw new Error(
      `shape: ${formatDim(dim)} divided by ${divisor} is not affine; make '${dim.symbol}' a multiple of more`,
    )
  }
  return { symbol: dim.symbol, scale: dim.scale / divisor, offset: Math.floor(dim.offset / divisor) }
}

/** The sum of two sizes. Throws when they have different symbols. */
export const addDims = (a: Dim, b: Dim): Dim => {
  if (isStatic(b)) return addToDim(a, b)
  if (isStatic(a)) return addToDim(b, a)
  if (a.symbol !== b.symbol) throw new Error(`shape: cannot add ${formatDim(a)} and ${formatDim(b)}`)
  return { symbol: a.symbol, scale: a.scale + b.scale, offset: a.offset + b.offset }
}

/** The size for given values of the symbols. Throws when a symbol is missing. */
export const evaluateDim = (dim: Dim, symbols: ReadonlyMap<string, number>): number => {
  if (isStatic(dim)) return dim
  const size = symbols.get(dim.symbol)
  if (size === undefined) throw new Error(`shape: no value for the symbol '${dim.symbol}'`)
  return dim.scale * size + dim.offset
}

export const formatDim = (dim: Dim): string =>
  isStatic(dim)
    ? String(dim)
    : `${dim.scale === 1 ? '' : dim.scale}${dim.symbol}${dim.offset === 0 ? '' : dim.offset > 0 ? `+${dim.offset}` : dim.offset}`

export const formatShape = (shape: Shape): string => `[${shape.map(formatDim).join(', ')}]`
