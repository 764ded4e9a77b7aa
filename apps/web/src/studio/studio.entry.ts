/** The first file of the picture worker, which is studio.worker.ts. */
import { loadLate } from './load-late.ts'

loadLate(() => import('./studio.worker.ts'))
