/**
 * Keeps the page's styles ready on an engine, fetched and set up when first needed: the latest few, so that going from one
 * to another takes no time. Holds one engine at a time; @animegan/browser handles its failures.
 */
import {
  type Attempted,
  type Backend,
  fetchCharacterModels,
  fetchFaceModels,
  fetchStyle,
  recoveringEngine,
  type Workplace,
} from '@animegan/browser'
import { type Animator, createAnimator, loadStyle, type Picture, type Style } from '@animegan/core'
import type { Progress, StyleSource } from './protocol.ts'

export interface Task {
  readonly style: StyleSource
  readonly backend: Backend | 'auto'
  readonly signal: AbortSignal
  readonly onProgress: (progress: Progress) => void
}

export interface Ready {
  readonly animator: Animator
  readonly style: Style
  readonly backend: Backend
}

/** Each holds its networks in the engine's memory. */
const MOST_STYLES = 5

/** The smallest picture, for a network's first run, which takes longest: it loads the network and compiles the engine's code. */
const BLANK: Picture = { width: 32, height: 32, channels: 3, data: new Uint8Array(32 * 32 * 3) }

export class Painter {
  private readonly engine = recoveringEngine()
  /** The styles that are ready, by their name, the latest used last. */
  private readonly ready = new Map<string, Ready & { readonly workplace: Workplace }>()
  private underWay = 0
  private preparing: Promise<unknown> = Promise.resolve()

  /** Resolves a chosen backend, unless it has failed. */
  backendFor(asked: Backend | 'auto'): Promise<Backend> {
    return this.engine.backendFor(asked)
  }

  /** Prepares engine and style for a coming picture. Current work keeps its own. */
  async prepare(task: Task): Promise<void> {
    if (this.underWay > 0) return
    const { style, engine } = this.fetching(task)
    const { animator } = await this.readyOn(await this.engine.ready(engine), task, style)
    await animator.draw(BLANK)
  }

  /**
   * Runs some work with the style, and again if a graphics card was lost or memory was short. Errors that are not the
   * engine's are passed on unchanged.
   */
  async attempt<T>(task: Task, work: (ready: Ready) => Promise<T>): Promise<Attempted<T>> {
    const { style, engine } = this.fetching(task)
    this.underWay++
    try {
      return await this.engine.attempt(async (workplace) => work(await this.readyOn(workplace, task, style)), {
        ...engine,
        signal: task.signal,
      })
    } finally {
      this.underWay--
    }
  }

  /** Engine and style are fetched in parallel, and their progress is reported one after another. */
  private fetching({ style: source, backend, onProgress }: Task) {
    let engineDone = 1
    const engine = {
      backend,
      onProgress: (fraction: number): void => {
        engineDone = fraction
        onProgress({ stage: 'engine', fraction })
      },
    }
    const style = this.styleOf(source, (fraction) => {
      if (engineDone === 1) onProgress({ stage: 'style', fraction })
    })
    style.catch(() => {}) // awaited after the engine
    return { style, engine }
  }

  private async styleOf(source: StyleSource, onProgress: (fraction: number) => void): Promise<Style> {
    const kept = this.ready.get(source.id)
    if (kept) return kept.style
    if ('bytes' in source) return loadStyle(source.bytes)
    return fetchStyle(source.url, { size: source.size, onProgress })
  }

  /** One request after another. */
  private readyOn(workplace: Workplace, { style: { id } }: Task, style: Promise<Style>): Promise<Ready> {
    const ready = this.preparing.then(async () => {
      // Another engine means that the last one has ended, with everything on it.
      for (const [name, last] of this.ready) if (last.workplace !== workplace) this.ready.delete(name)
      const last = this.ready.get(id)
      this.ready.delete(id)
      const now = last ?? (await this.setUp(workplace, await style))
      this.ready.set(id, now)
      const [[oldest, { animator }]] = this.ready
      if (this.ready.size > MOST_STYLES) {
        this.ready.delete(oldest)
        await animator.close()
      }
      return now
    })
    this.preparing = ready.catch(() => {})
    return ready
  }

  private async setUp(workplace: Workplace, style: Style): Promise<Ready & { readonly workplace: Workplace }> {
    const { engine, memory } = workplace
    const animator = await createAnimator({
      engine,
      style,
      faces: fetchFaceModels,
      characters: fetchCharacterModels,
      memory,
    })
    return { animator, style, backend: engine.backend, workplace }
  }
}
