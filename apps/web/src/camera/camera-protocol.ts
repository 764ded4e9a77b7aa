/** The messages between the camera's dialog (camera-feed.ts) and the worker that draws it (camera-view.ts), on a port. */

export type ToCamera =
  | { readonly frame: ImageBitmap }
  /** Starts or ends a recording. */
  | { readonly record: boolean }
  | { readonly end: true }

export type FromCamera =
  /** Asks for a frame of this long side, once there is a new one. */
  | { readonly want: number }
  | {
      readonly picture: ImageBitmap
      /** Frames a second, lately. */
      readonly rate: number
      /** What the network saw. */
      readonly width: number
      readonly height: number
      /** Whether faces, which were to be redrawn, are left to the style for the rate's sake. */
      readonly sparesFaces: boolean
    }
  | { readonly recorded: Blob; readonly extension: string }
  | { readonly unrecorded: string }
