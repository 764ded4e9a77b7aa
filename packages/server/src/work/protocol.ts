/** What an artist's two processes say to each other. Types only. */
import type { PictureFacts } from '@animegan/node'
import type { JobData, JobFailure, JobResult } from '../queue/job.ts'

/** Work for the child, one piece at a time. */
export type ArtistRequest =
  /** Reads a file's header. */
  | { readonly type: 'inspect'; readonly path: string }
  /** Loads a style and draws a small picture with it, which says how fast this machine is. */
  | { readonly type: 'warm'; readonly style: string }
  /** Draws a file into another. */
  | {
      readonly type: 'draw'
      readonly kind: 'preview' | 'picture'
      readonly input: string
      readonly output: string
      readonly data: Pick<JobData, 'picture' | 'request'>
    }

/** What the child says: `ready` once, then for each request any number of `progress`, and one of the others. */
export type ArtistReply =
  | { readonly type: 'ready' }
  | { readonly type: 'progress'; readonly fraction: number }
  | { readonly type: 'inspected'; readonly picture: PictureFacts }
  /** A square of this side was drawn in so many milliseconds. */
  | { readonly type: 'warmed'; readonly side: number; readonly milliseconds: number }
  | { readonly type: 'drawn'; readonly result: JobResult }
  | { readonly type: 'failed'; readonly failure: JobFailure }
