/** The first file of the worker that teaches styles, which is teach.worker.ts. */
import { loadLate } from '../studio/load-late.ts'

loadLate(() => import('./teach.worker.ts'))
