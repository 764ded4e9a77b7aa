/** The one worker that handles this page's pictures. */
import { Studio } from '../studio/studio.ts'

export const studio = new Studio()
