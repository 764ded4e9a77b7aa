/**
 * The messages between the camera's dialog (camera-feed.ts) and the worker that draws it (camera-view.ts), on a port.
 */

export type ToCamera =
  | { readonly frame: ImageBitmap }
  /** Starts or ends a recording. */
  | { readonly record: boolean }
  | { readonly end: true }

export type FromCamera =
  /** Requests the next new frame, with this long side. */
  | { readonly want: number }
  | {
      readonly picture: ImageBitmap
      /** Recent frames per second. */
      readonly rate: number
      /** Size of the network's input. */
      readonly width: number
      readonly height: number
      /** Whether faces are left to the style, although redrawing was requested, to keep the frame rate. */
      readonly sparesFaces: boolean
    }
  | { readonly recorded: Blob; readonly extension: string }
  | { readonly unrecorded: string }
