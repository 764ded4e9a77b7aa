/** Reads a recipe's filters. */
import type { RegionOptions } from '../retouch/felzenszwalb.ts'
import type { RetouchOptions } from '../retouch/retouch.ts'
import type { Fields } from './fields.ts'

export const parseRetouch = (retouch: Fields): RetouchOptions => {
  const revision = retouch.inside('revision')
  return {
    photo: parseRegions(retouch.inside('photo')),
    result: parseRegions(retouch.inside('result')),
    revision: {
      lightness: revision.number('lightness', 0.1, 255),
      colour: revision.number('colour', 0.1, 255),
      patch: revision.number('patch', 1, 21),
      search: revision.number('search', 1, 31),
      flatness: revision.number('flatness', 1e-5, 1),
    },
  }
}

const parseRegions = (regions: Fields): RegionOptions => ({
  scale: regions.number('scale', 0, 1e6),
  sigma: regions.number('sigma', 0.1, 10),
  smallest: regions.number('smallest', 1, 1e6),
})
