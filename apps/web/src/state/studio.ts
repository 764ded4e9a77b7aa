/** The one worker that handles this page's pictures. */
import type { Calls, Progress } from '../studio/protocol.ts'
import { Remote } from '../studio/remote.ts'

export type Studio = Remote<Calls, Progress>

export const studio: Studio = new Remote(
  () => new Worker(new URL('../studio/studio.entry.ts', import.meta.url), { type: 'module' }),
)
