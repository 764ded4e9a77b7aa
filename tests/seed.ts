/**
 * The seed of what fast-check makes up, for every test file: fixed, so that a run can be repeated. `SEED=n npm test` tries others; a
 * failure names the seed that it was found with.
 */
import fc from 'fast-check'

fc.configureGlobal({ seed: Number(process.env.SEED ?? 1) })
