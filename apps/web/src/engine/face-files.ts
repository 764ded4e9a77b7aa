/** Where the face detector's networks are, as the build names them. They are fetched when a face is first looked for. */
import { fullRange, shortRange } from 'virtual:face-models'

export const faceFiles = { shortRange, fullRange } as const
