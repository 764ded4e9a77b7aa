/** The one worker that handles this page's pictures. */
import { Studio } from '../photo/studio.ts'

export const studio = new Studio()
