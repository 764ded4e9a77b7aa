/** Results of a batch as those of single pictures, and what they became as a batch again. */
import { type Batch, type Results, type RetouchedKind, retouchedKinds } from '../batch.ts'

/** The kinds that results are for. */
export const kindsOf = (results: Results): RetouchedKind[] => retouchedKinds.filter((kind) => results[kind])

/** Copies of the results of each of `count` pictures. */
export const splitResults = (results: Results, count: number): Results[] =>
  Array.from({ length: count }, (_, place) =>
    Object.fromEntries(
      kindsOf(results).map((kind) => {
        const all = results[kind]!
        const length = all.length / count
        return [kind, all.slice(place * length, (place + 1) * length)]
      }),
    ),
  )

/** One batch of the retouched pictures, in their order. */
export const joinRetouched = (pictures: readonly Batch[]): Batch => {
  const regions = pictures.flatMap((picture) => picture['result-regions'] ?? [])
  const revised = pictures.flatMap((picture) => picture['revised-result'] ?? [])
  return {
    ...(regions.length > 0 && { 'result-regions': joined(regions, (length) => new Uint8Array(length)) }),
    ...(revised.length > 0 && { 'revised-result': joined(revised, (length) => new Float32Array(length)) }),
  }
}

const joined = <Pixels extends Uint8Array | Float32Array>(
  parts: readonly Pixels[],
  make: (length: number) => Pixels,
): Pixels => {
  const whole = make(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
