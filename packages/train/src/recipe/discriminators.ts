/** The discriminators that recipes may name. @animegan/models defines them. */
import {
  type Discriminator,
  discriminatorCartoongan,
  discriminatorLive,
  discriminatorV1,
  discriminatorV2,
  discriminatorV3,
} from '@animegan/models'

export const discriminators = {
  v1: discriminatorV1,
  v2: discriminatorV2,
  v3: discriminatorV3,
  live: discriminatorLive,
  cartoongan: discriminatorCartoongan,
} as const satisfies Record<string, Discriminator>

export type DiscriminatorName = keyof typeof discriminators

export const discriminatorNames = Object.keys(discriminators) as DiscriminatorName[]
