/**
 * The page's side of the live view: opens the camera, passes its frames to the picture worker on request, and shows the
 * results on a canvas. The camera is off as soon as it is closed.
 */

import type { Studio } from '../state/studio.ts'
import type { CameraOptions, Progress } from '../studio/protocol.ts'
import type { FromCamera, ToCamera } from './camera-protocol.ts'

/** The requested camera settings; the back camera is preferred. */
const WANTED = { width: { ideal: 1920 }, height: { ideal: 1080 } }

export interface Seen {
  readonly rate: number
  readonly width: number
  readonly height: number
  readonly sparesFaces: boolean
}

export interface FeedEvents {
  readonly onSeen: (seen: Seen) => void
  readonly onProgress: (progress: Progress) => void
  readonly onRecorded: (blob: Blob, extension: string) => void
  readonly onUnrecorded: () => void
}

/** Opens a camera: the first one, or the one named. Rejects like `getUserMedia`. */
export const openCamera = (deviceId?: string): Promise<MediaStream> =>
  navigator.mediaDevices.getUserMedia({
    video: deviceId ? { ...WANTED, deviceId: { exact: deviceId } } : { ...WANTED, facingMode: 'environment' },
  })

/** The available cameras, in a stable order. */
export const cameras = async (): Promise<string[]> =>
  (await navigator.mediaDevices.enumerateDevices())
    .filter(({ kind }) => kind === 'videoinput')
    .map(({ deviceId }) => deviceId)

/** Draws the video's frames onto a canvas until it is closed. */
export class CameraFeed {
  private readonly port: MessagePort
  private wanted: number | undefined
  private fresh = false
  private closed = false
  /** Resolves when it has ended; rejects with a `Problem`. */
  readonly over: Promise<void>

  constructor(
    studio: Studio,
    private readonly video: HTMLVideoElement,
    private readonly canvas: HTMLCanvasElement,
    options: CameraOptions,
    private readonly events: FeedEvents,
  ) {
    const { port1, port2 } = new MessageChannel()
    this.port = port1
    port1.onmessage = ({ data }: MessageEvent<FromCamera>) => this.receive(data)
    const how = { onProgress: events.onProgress, transfer: [port2] }
    this.over = studio.call('camera', [port2, options], how).then(() => {})
    this.watch()
  }

  record(on: boolean): void {
    this.tell({ record: on })
  }

  close(): void {
    this.closed = true
    this.tell({ end: true })
  }

  private tell(message: ToCamera, transfer: Transferable[] = []): void {
    this.port.postMessage(message, transfer)
  }

  private receive(message: FromCamera): void {
    if ('want' in message) {
      this.wanted = message.want
      void this.send()
    } else if ('picture' in message) {
      const { picture, ...seen } = message
      if (this.canvas.width !== picture.width) this.canvas.width = picture.width
      if (this.canvas.height !== picture.height) this.canvas.height = picture.height
      // Opaque, so that what is below it need not be painted.
      this.canvas.getContext('bitmaprenderer', { alpha: false })!.transferFromImageBitmap(picture)
      this.events.onSeen(seen)
    } else if ('recorded' in message) this.events.onRecorded(message.recorded, message.extension)
    else this.events.onUnrecorded()
  }

  /** Records every new frame of the video. */
  private watch(): void {
    if (this.closed) return
    this.fresh = true
    void this.send()
    const again = (): void => this.watch()
    if ('requestVideoFrameCallback' in this.video) this.video.requestVideoFrameCallback(again)
    else requestAnimationFrame(again)
  }

  /** Sends a frame once one is requested and a new one is available. */
  private async send(): Promise<void> {
    const { videoWidth, videoHeight } = this.video
    if (this.wanted === undefined || !this.fresh || this.closed || videoWidth === 0) return
    const scale = Math.min(1, this.wanted / Math.max(videoWidth, videoHeight))
    this.wanted = undefined
    this.fresh = false
    const size = {
      resizeWidth: Math.round(videoWidth * scale),
      resizeHeight: Math.round(videoHeight * scale),
      resizeQuality: 'medium' as const,
    }
    try {
      // Older browsers do not resize: the worker does.
      const frame = await createImageBitmap(this.video, size).catch(() => createImageBitmap(this.video))
      this.tell({ frame }, [frame])
    } catch {
      this.wanted = Math.max(size.resizeWidth, size.resizeHeight) // the camera is being changed
    }
  }
}
