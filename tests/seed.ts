/**
 * Sets fast-check's seed for every test file: fixed, so that a run can be repeated. `SEED=n npm test` tries others; a
 * failure names its seed.
 */
import fc from 'fast-check'

fc.configureGlobal({ seed: Number(process.env.SEED ?? 1) })
