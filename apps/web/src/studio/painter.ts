/**
 * The page's style ready on an engine: what the visitor has chosen, fetched and put together when it is first needed. Holds one
 * style and one engine at a time; what to do when the engine fails is the browser package's.
 */
import {
  type Attempted,
  type Backend,
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

  /** What a chosen back end stands for, unless it has failed. */
  backendFor(asked: Backend | 'auto'): Promise<Backend> {
    return this.engine.backendFor(asked)
  }

  /** Readies engine and style: a picture is about to come. What is under way keeps its own. */
  async prepare(task: Task): Promise<void> {
    if (this.underWay > 0) return
    const { style, engine } = this.fetching(task)
    await this.readyOn(await this.engine.ready(engine), task, style)
  }

  /**
   * Has something done with the style, and again where a graphics card was lost or memory was short. Errors of the work that
   * are not the engine's are taken as they are.
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

  /** Engine and style are fetched at once, and told of one after the other. */
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

  /** One request after the other. */
  private readyOn(workplace: Workplace, { style: { id } }: Task, style: Promise<Style>): Promise<Ready> {
    const ready = this.preparing.then(async () => {
      const last = this.ready
      if (last?.workplace === workplace && last.styleId === id) return last
      if (last?.workplace === workplace) await last.animator.close()
      this.ready = undefined
      const { engine, memory } = workplace
      const loaded = await style
      const animator = await createAnimator({ engine, style: loaded, faces: fetchFaceModels, memory })
      this.ready = { animator, style: loaded, backend: engine.backend, styleId: id, workplace }
      return this.ready
    })
    this.preparing = ready.catch(() => {})
    return ready
  }
}
