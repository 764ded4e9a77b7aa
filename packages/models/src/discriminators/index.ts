/** The discriminators of the family. */
export { discriminatorV1, discriminatorV2 } from './animegan.ts'
export { discriminatorV3 } from './animegan-v3.ts'
export { discriminatorCartoongan } from './cartoongan.ts'
export type { Discriminator, DiscriminatorOptions, Judgement, SpectralState } from './discriminator.ts'
export { discriminatorLive } from './live.ts'
export { spectralNorm } from './spectral-norm.ts'
