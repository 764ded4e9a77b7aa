/**
 * Keeps the page's style ready on an engine: the visitor's choice, fetched and set up when first needed. Holds one
 * style and one engine at a time; @animegan/browser handles engine failures.
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
import { type Animator, createAnimator, loadStyle, type Style } from '@animegan/core'
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

export class Painter {
  private readonly engine = recoveringEngine()
  private ready: (Ready & { readonly styleId: string; readonly workplace: Workplace }) | undefined
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
    await this.readyOn(await this.engine.ready(engine), task, style)
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
    if (this.ready?.styleId === source.id) return this.ready.style
    if ('bytes' in source) return loadStyle(source.bytes)
    return fetchStyle(source.url, { size: source.size, onProgress })
  }

  /** One request after another. */
  private readyOn(workplace: Workplace, { style: { id } }: Task, style: Promise<Style>): Promise<Ready> {
    const ready = this.preparing.then(async () => {
      const last = this.ready
      if (last?.workplace === workplace && last.styleId === id) return last
      if (last?.workplace === workplace) await last.animator.close()
      this.ready = undefined
      const { engine, memory } = workplace
      const loaded = await style
      const animator = await createAnimator({
        engine,
        style: loaded,
        faces: fetchFaceModels,
        characters: fetchCharacterModels,
        memory,
      })
      this.ready = { animator, style: loaded, backend: engine.backend, styleId: id, workplace }
      return this.ready
    })
    this.preparing = ready.catch(() => {})
    return ready
  }
}
