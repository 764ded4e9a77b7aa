/**
 * A style ready on an engine, and what to do when the engine fails: from the graphics card to the processor, and from
 * much memory to little. Holds one style and one engine at a time.
 */
import {
  createFaceStylizer,
  createStylizer,
  type Engine,
  effectSizes,
  type Face,
  type FaceStylizer,
  fitLongSide,
  loadStyle,
  type Picture,
  type Sketch,
  type Style,
  type Stylizer,
} from '@animegan/core'
import type { Backend } from '../engine/assets.ts'
import { DownloadError, download } from '../engine/download.ts'
import { bestBackend, webEngine } from '../engine/web-engine.ts'
import { FaceFinder } from './face-finder.ts'
import { Problem } from './problem.ts'
import type { FaceChoice, Progress, Styled, StyleSource } from './protocol.ts'
import { remembering } from './remembering.ts'

export interface Task {
  readonly style: StyleSource
  readonly backend: Backend | 'auto'
  readonly size?: number
  readonly effectSize?: number
  readonly signal: AbortSignal
  readonly onProgress: (progress: Progress) => void
}

type How = Pick<Styled, 'backend' | 'recovered'>
export type Painted = How & { readonly drawing: Sketch }
export type Attempted<T> = How & { readonly result: T }

export interface Ready {
  readonly backend: Backend
  readonly memory: number
  readonly styleId: string
  readonly engine: Engine
  readonly style: Style
  readonly stylizer: Stylizer
  readonly finder: FaceFinder
  /** For photos, whose faces are drawn again and again. */
  readonly faceStylizer: FaceStylizer
}

/** Memory for the network's tensors in MiB: phones end pages that take more. */
const fullMemory = (): number => (((navigator as { deviceMemory?: number }).deviceMemory ?? 4) >= 8 ? 384 : 192)
const LEAST_MEMORY = 48

const outOfMemory = (error: Error): boolean =>
  error instanceof RangeError || /memory|alloc|OOM|out of bounds|std::|abort/i.test(error.message)

export class Painter {
  private ready: Ready | undefined
  private preparing: Promise<unknown> = Promise.resolve()
  private chosen: Promise<Backend> | undefined
  /** Set once the graphics card has failed: it is not tried again until the page is loaded anew. */
  private gpuFailed = false
  private memory = fullMemory()

  /** The back end that `auto` stands for, unless it has failed. */
  async backendFor(asked: Backend | 'auto'): Promise<Backend> {
    if (asked === 'cpu' || this.gpuFailed) return 'cpu'
    if (asked === 'gpu') return 'gpu'
    this.chosen ??= bestBackend()
    return this.chosen
  }

  /** Readies engine and style, one request after the other. Throws a `Problem`. */
  prepare(task: Task): Promise<Ready> {
    const ready = this.preparing.then(() => this.makeReady(task))
    this.preparing = ready.catch(() => {})
    return ready
  }

  private async makeReady(task: Task): Promise<Ready> {
    const backend = await this.backendFor(task.backend)
    const { ready } = this
    const sameEngine = ready && ready.backend === backend && ready.memory === this.memory
    if (sameEngine && ready.styleId === task.style.id) return ready
    // Both are fetched at once, and told of one after the other.
    const told = { engine: sameEngine === true }
    const bytes = this.styleBytes(task, told)
    bytes.catch(() => {}) // awaited below, after the engine
    try {
      const engine = sameEngine ? ready.engine : await this.newEngine(backend, task)
      told.engine = true
      if (sameEngine) await ready.stylizer.close()
      const style = loadStyle(await bytes)
      const stylizer = await createStylizer(style, engine, { memory: this.memory })
      this.ready = {
        backend,
        memory: this.memory,
        styleId: task.style.id,
        engine,
        style,
        stylizer,
        finder: sameEngine ? ready.finder : new FaceFinder(engine),
        faceStylizer: createFaceStylizer(remembering(stylizer), style),
      }
      return this.ready
    } catch (cause) {
      const { message } = cause as Error
      throw cause instanceof DownloadError
        ? new Problem('offline', message, cause)
        : new Problem('style', message, cause)
    }
  }

  /** Draws a picture. Throws a `Problem`. */
  async paint(picture: Picture, task: Task): Promise<Painted> {
    const { result: drawing, ...how } = await this.attempt(task, ({ stylizer, style, backend }) => {
      const { size, effectSize, signal } = task
      const longSide = effectSizes(style)(size ?? Math.max(picture.width, picture.height), effectSize)
      const seen = fitLongSide(picture.width, picture.height, longSide)
      const pixels = seen.width * seen.height
      const onProgress = (fraction: number): void => task.onProgress({ stage: 'picture', fraction, pixels, backend })
      onProgress(0)
      return stylizer.draw(picture, {
        onProgress,
        signal,
        ...(size !== undefined && { size }),
        ...(effectSize !== undefined && { effectSize }),
      })
    })
    return { drawing, ...how }
  }

  /** Finds the faces of a picture, from left to right. Throws a `Problem`. */
  async findFaces(picture: Picture, task: Task): Promise<Face[]> {
    const { result } = await this.attempt(task, ({ finder }) => {
      task.onProgress({ stage: 'faces', fraction: 0 })
      return finder.find(picture)
    })
    return result
  }

  /** Redraws faces in a copy of the styled picture. Throws a `Problem`. */
  redraw(
    original: Picture,
    styled: Picture,
    { found, chosen, proportions }: FaceChoice,
    task: Task & { readonly strength: number },
  ): Promise<Attempted<{ readonly picture: Picture; readonly spared: readonly number[] }>> {
    const { strength, effectSize, signal } = task
    return this.attempt(task, async ({ faceStylizer }) => {
      const onProgress = (fraction: number): void => task.onProgress({ stage: 'redraw', fraction })
      onProgress(0)
      const copy = { ...styled, data: styled.data.slice() } // it is written over, and the drawing may share it
      const faces = chosen.map((index) => found[index])
      const { picture, redrawn } = await faceStylizer.redraw(original, copy, faces, {
        strength,
        proportions,
        onProgress,
        signal,
        ...(effectSize !== undefined && { effectSize }),
      })
      return { picture, spared: chosen.filter((index) => !redrawn.includes(found[index])) }
    })
  }

  /**
   * Has something done with the style, and again where a graphics card was lost or memory was short. Throws a `Problem`;
   * those that the work throws are taken as they are.
   */
  async attempt<T>(task: Task, work: (ready: Ready) => Promise<T>): Promise<Attempted<T>> {
    let recovered: Styled['recovered']
    for (;;) {
      const ready = await this.prepare(task)
      const { backend } = ready
      try {
        return { result: await work(ready), backend, ...(recovered && { recovered }) }
      } catch (cause) {
        const error = cause as Error
        if (task.signal.aborted) throw new Problem('cancelled')
        if (error instanceof Problem) throw error
        await this.discard()
        if (backend === 'gpu') {
          this.gpuFailed = true
          recovered = 'gpu'
        } else if (outOfMemory(error) && this.memory > LEAST_MEMORY) {
          this.memory = Math.max(LEAST_MEMORY, this.memory / 2)
          recovered ??= 'memory'
        } else throw new Problem(outOfMemory(error) ? 'memory' : 'engine', error.message, error)
      }
    }
  }

  private async newEngine(backend: Backend, { onProgress }: Task): Promise<Engine> {
    await this.discard()
    return webEngine(backend, (fraction) => onProgress({ stage: 'engine', fraction }))
  }

  private async styleBytes({ style, onProgress }: Task, told: { readonly engine: boolean }): Promise<Uint8Array> {
    if ('bytes' in style) return style.bytes
    return download(style.url, style.size, (fraction) => {
      if (told.engine) onProgress({ stage: 'style', fraction })
    })
  }

  private async discard(): Promise<void> {
    const { ready } = this
    this.ready = undefined
    await ready?.engine.close()
  }
}
