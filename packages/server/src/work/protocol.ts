/** What an artist's two processes say to each other. Types only. */
import type { OneFileFormat, PictureFacts } from '@animegan/node'
import type { ClipExtent, ClipPart } from '@animegan/video'
import type { JobData, JobFailure, JobResult, Task } from '../queue/job.ts'

/** What an upload's file states: of a picture, or of a clip, which is drawn in parts. */
export type UploadFacts =
  | (PictureFacts & { readonly parts?: undefined })
  | (Omit<PictureFacts, 'format'> & { readonly format: OneFileFormat; readonly parts: readonly ClipPart[] })

/** What to look for in an upload: the part of a clip that is drawn, and the most frames that it may have. */
export type Inspection = ClipExtent & { readonly most: number }

/** Work for the child, one piece at a time. */
export type ArtistRequest =
  /** Reads a file's header. */
  | { readonly type: 'inspect'; readonly path: string; readonly clip: Inspection }
  /** Loads a style and draws a small picture with it, which says how fast this machine is. */
  | { readonly type: 'warm'; readonly style: string }
  /** Draws a file into another; joining needs the files of a clip's parts, too. */
  | {
      readonly type: 'draw'
      readonly kind: Task['kind']
      readonly input: string
      readonly output: string
      readonly parts?: readonly string[]
      readonly data: Pick<JobData, 'picture' | 'request' | 'clip' | 'part'>
    }

/** What the child says: `ready` once, then for each request any number of `progress`, and one of the others. */
export type ArtistReply =
  | { readonly type: 'ready' }
  | { readonly type: 'progress'; readonly fraction: number }
  | { readonly type: 'inspected'; readonly picture: UploadFacts }
  /** A square of this side was drawn in so many milliseconds. */
  | { readonly type: 'warmed'; readonly side: number; readonly milliseconds: number }
  | { readonly type: 'drawn'; readonly result: JobResult }
  | { readonly type: 'failed'; readonly failure: JobFailure }
