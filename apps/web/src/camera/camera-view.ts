/**
 * Draws the camera's frames live, as large as the machine can at a steady rate: requests frames one by one, styles
 * them, including faces, with the pipeline for clips, and returns them for display. Runs in the picture worker; the
 * other side is camera-feed.ts.
 */
import { AnimeganError, type Frame, type Picture } from '@animegan/core'
import type { Painter, Task } from '../studio/painter.ts'
import type { CameraOptions } from '../studio/protocol.ts'
import type { FromCamera, ToCamera } from './camera-protocol.ts'
import { type Recorder, startRecorder, withAlpha } from './recorder.ts'
import { Tempo } from './tempo.ts'

/**
 * Long sides of the shown picture: lines stay sharp beyond the network's size, and half as much again costs half of what
 * twice as much does.
 */
const ENLARGED = 1.5
const LEAST_SHOWN = 320
const MOST_SHOWN = 1280
/** Milliseconds over which frames are counted. */
const LATELY = 2000

/** Frames delivered on request. */
class Feed {
  ended = false
  private waiting: ((frame: ImageBitmap | undefined) => void) | undefined
  onRecord: (on: boolean) => void = () => {}

  constructor(private readonly port: MessagePort) {
    port.onmessage = ({ data }: MessageEvent<ToCamera>) => {
      if ('record' in data) this.onRecord(data.record)
      else if ('frame' in data) this.give(data.frame)
      else {
        this.ended = true
        this.give(undefined)
      }
    }
  }

  tell(message: FromCamera, transfer: readonly Transferable[] = []): void {
    this.port.postMessage(message, [...transfer])
  }

  async *frames(longSide: number): AsyncGenerator<Frame, void, undefined> {
    while (!this.ended) {
      const bitmap = await new Promise<ImageBitmap | undefined>((resolve) => {
        this.waiting = resolve
        this.tell({ want: longSide })
      })
      if (!bitmap) return
      // Its time is its arrival.
      yield { picture: pictureOf(bitmap, longSide), timestamp: performance.now() / 1000, duration: 0 }
    }
  }

  private give(frame: ImageBitmap | undefined): void {
    this.waiting?.(frame)
    this.waiting = undefined
  }
}

/** Where frames are read from: one canvas, because a new one for each frame takes longer than reading does. */
let reading: OffscreenCanvasRenderingContext2D | undefined
const contextOf = (width: number, height: number): OffscreenCanvasRenderingContext2D => {
  if (reading?.canvas.width !== width || reading.canvas.height !== height) {
    reading = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true, alpha: false })!
  }
  return reading
}

/** A frame as a picture, reduced to a long side if it has not been yet. */
const pictureOf = (bitmap: ImageBitmap, longSide: number): Picture => {
  const scale = Math.min(1, longSide / Math.max(bitmap.width, bitmap.height))
  // Encoders want even sides.
  const [width, height] = [bitmap.width, bitmap.height].map((side) => Math.round(side * scale) & ~1)
  const context = contextOf(width, height)
  context.drawImage(bitmap, 0, 0, width, height)
  bitmap.close()
  const { data: rgba } = context.getImageData(0, 0, width, height)
  const data = new Uint8Array(width * height * 3)
  for (let s = 0, o = 0; o < data.length; s += 4, o += 3) {
    data[o] = rgba[s]
    data[o + 1] = rgba[s + 1]
    data[o + 2] = rgba[s + 2]
  }
  return { width, height, channels: 3, data }
}

/** Draws until the port signals the end. Throws a `Problem`. */
export const runCamera = async (painter: Painter, port: MessagePort, task: CameraOptions & Task): Promise<void> => {
  const { strength, followed, onProgress } = task
  const feed = new Feed(port)
  const tempo = new Tempo(task.side, followed ? (followed.drawn ? 'drawn' : 'styled') : 'off')
  const recording = new Recording(feed)
  await painter.attempt(task, async ({ animator, backend }) => {
    onProgress({ stage: 'camera', fraction: 0, backend })
    let shownAt = performance.now()
    const lately: number[] = []
    while (!feed.ended) {
      const { side, faces, sparesFaces } = tempo
      const frames = animator.frames(feed.frames(Math.max(LEAST_SHOWN, Math.min(MOST_SHOWN, ENLARGED * side))), {
        strength,
        effectSize: side,
        faces,
        ...followed?.drawn,
        proportions: followed?.proportions,
        // This would be more work than the rest of the frame.
        enlarge: false,
      })
      try {
        for await (const { picture, timestamp, repeated } of frames) {
          const now = performance.now()
          // A frame's duration counts from its arrival, or from the end of the previous one. Waiting for the camera does
          // not count.
          if (!repeated) tempo.see(now - Math.max(shownAt, timestamp * 1000))
          shownAt = now
          lately.push(now)
          while (now - lately[0] > LATELY) lately.shift()
          const rate = lately.length > 1 ? ((lately.length - 1) * 1000) / (now - lately[0]) : 0
          await recording.see(picture, now / 1000)
          const { width, height } = picture
          const scale = side / Math.max(width, height)
          const shown = await createImageBitmap(new ImageData(withAlpha(picture), width, height))
          const seen = { width: Math.round(width * scale), height: Math.round(height * scale) }
          feed.tell({ picture: shown, rate, sparesFaces, ...seen }, [shown])
          // A recording keeps its size and its handling of faces.
          const other = tempo.side !== side || tempo.faces !== faces
          if (feed.ended || (other && !recording.on)) break
        }
      } catch (error) {
        // Where the characters' networks cannot be fetched, the style redraws the faces.
        if (!(faces === 'drawn' && error instanceof AnimeganError && error.code === 'not-found')) throw error
        tempo.spare()
      }
    }
  })
  await recording.stop()
}

/** The current recording, if any. */
class Recording {
  private wanted = false
  /** Whether it has no picture yet; it gets at least one, even if ended at once. */
  private empty = false
  private recorder: Recorder | undefined

  constructor(private readonly feed: Feed) {
    feed.onRecord = (on) => {
      this.wanted = on
      if (on) this.empty = true
    }
  }

  get on(): boolean {
    return this.wanted
  }

  async see(picture: Picture, at: number): Promise<void> {
    // Turning the phone ends it, because all pictures of a file have one size.
    if (this.recorder && !this.recorder.takes(picture)) this.wanted = false
    if (!this.wanted && !this.empty) return this.stop()
    this.empty = false
    try {
      this.recorder ??= await startRecorder(picture.width, picture.height)
      await this.recorder.add(picture, at)
    } catch (error) {
      this.wanted = false
      this.recorder = undefined
      this.feed.tell({ unrecorded: (error as Error).message })
    }
  }

  async stop(): Promise<void> {
    const { recorder } = this
    this.recorder = undefined
    try {
      if (!recorder) return
      const { blob, container } = await recorder.finish()
      this.feed.tell({ recorded: blob, extension: container })
    } catch (error) {
      this.feed.tell({ unrecorded: (error as Error).message })
    }
  }
}
