/**
 * The face detector on an engine, fetched and loaded when the first picture is to be looked at. One for each engine; what
 * to do when the engine fails is painter.ts's.
 */
import { createFaceDetector, type Engine, type Face, type FaceDetector, type Picture } from '@animegan/core'
import { DownloadError, download } from '../engine/download.ts'
import { faceFiles } from '../engine/face-files.ts'
import { Problem } from './problem.ts'

export class FaceFinder {
  private readonly engine: Engine
  private detector: FaceDetector | undefined

  constructor(engine: Engine) {
    this.engine = engine
  }

  /** The detector itself, as frames are followed with it. Throws a `Problem`. */
  async ready(): Promise<FaceDetector> {
    this.detector ??= await this.load()
    return this.detector
  }

  /** The faces of a picture, from left to right. Throws a `Problem`. */
  async find(picture: Picture): Promise<Face[]> {
    const detector = await this.ready()
    const faces = await detector.detect(picture)
    return faces.sort((a, b) => a.box.x - b.box.x || a.box.y - b.box.y)
  }

  private async load(): Promise<FaceDetector> {
    const { shortRange, fullRange } = faceFiles
    try {
      const [near, far] = await Promise.all([
        download(shortRange.url, shortRange.bytes),
        download(fullRange.url, fullRange.bytes),
      ])
      return await createFaceDetector({ shortRange: near, fullRange: far }, this.engine)
    } catch (cause) {
      throw cause instanceof DownloadError ? new Problem('offline', cause.message, cause) : cause
    }
  }
}
