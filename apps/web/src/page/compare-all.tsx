/**
 * The shown photo in every style, side by side. Zoom and position belong to the grid, so that all pictures show the same
 * part. A cell shows a first look until its style is drawn, which the queue does while this is open.
 */
import { useSignal, useSignalEffect } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { messages } from '../i18n/language.ts'
import { type Item, resultFor, shown } from '../state/items.ts'
import { comparing } from '../state/queue.ts'
import { set } from '../state/settings.ts'
import { currentStyle, styles } from '../state/styles.ts'
import { Icon } from './icons.tsx'

/** Zoom from 1, which shows all, and the middle's offset in percent of a picture. */
interface View {
  readonly zoom: number
  readonly x: number
  readonly y: number
}

const WHOLE: View = { zoom: 1, x: 0, y: 0 }
const MOST_ZOOM = 8
/** One press of a button or key. */
const ZOOM_STEP = 1.5
const PAN_STEP = 10

const clamp = (value: number, most: number): number => Math.min(most, Math.max(-most, value))

/** Keeps the pictures filled. */
const held = ({ zoom: asked, x, y }: View): View => {
  const zoom = Math.min(MOST_ZOOM, Math.max(1, asked))
  const slack = 50 * (zoom - 1)
  return { zoom, x: clamp(x, slack), y: clamp(y, slack) }
}

const Grid = ({ item }: { item: Item }) => {
  const dialog = useRef<HTMLDialogElement>(null)
  const grid = useRef<HTMLUListElement>(null)
  const view = useSignal(WHOLE)
  const pointers = useRef(new Map<number, { x: number; y: number }>())
  const { style: words, zoom: zoomWords, before, camera } = messages.value
  const { width, height } = item.opened!

  useEffect(() => {
    dialog.current!.showModal()
  }, [])

  useSignalEffect(() => {
    const { zoom, x, y } = view.value
    const { style } = grid.current!
    style.setProperty('--zoom', String(zoom))
    style.setProperty('--x', `${x}%`)
    style.setProperty('--y', `${y}%`)
  })

  const zoomBy = (factor: number): void => {
    const { zoom, x, y } = view.value
    const ratio = held({ ...WHOLE, zoom: zoom * factor }).zoom / zoom
    view.value = held({ zoom: zoom * ratio, x: x * ratio, y: y * ratio })
  }
  const pan = (x: number, y: number): void => {
    view.value = held({ ...view.value, x: view.value.x + x, y: view.value.y + y })
  }
  const fit = (): void => {
    view.value = WHOLE
  }

  const onPointerDown = (event: PointerEvent): void => {
    if (event.button !== 0 || !(event.target as Element).closest('.all-picture')) return
    pointers.current.set(event.pointerId, { x: event.clientX, y: event.clientY })
    grid.current!.setPointerCapture(event.pointerId)
  }
  const onPointerMove = (event: PointerEvent): void => {
    const last = pointers.current.get(event.pointerId)
    if (!last) return
    const point = { x: event.clientX, y: event.clientY }
    const other = [...pointers.current].find(([id]) => id !== event.pointerId)?.[1]
    pointers.current.set(event.pointerId, point)
    if (other) {
      const spread = ({ x, y }: { x: number; y: number }): number => Math.max(1, Math.hypot(x - other.x, y - other.y))
      zoomBy(spread(point) / spread(last))
      return
    }
    const cell = grid.current!.querySelector('.all-picture')!
    pan((100 * (point.x - last.x)) / cell.clientWidth, (100 * (point.y - last.y)) / cell.clientHeight)
  }
  const onPointerEnd = (event: PointerEvent): void => {
    pointers.current.delete(event.pointerId)
  }

  useEffect(() => {
    const element = grid.current!
    const onWheel = (event: WheelEvent): void => {
      if (!(event.ctrlKey || event.metaKey || view.value.zoom > 1)) return
      event.preventDefault()
      zoomBy(Math.exp(-event.deltaY / 300))
    }
    element.addEventListener('wheel', onWheel, { passive: false })
    return () => element.removeEventListener('wheel', onWheel)
  }, [])

  const keys: Readonly<Record<string, () => void>> = {
    '+': () => zoomBy(ZOOM_STEP),
    '=': () => zoomBy(ZOOM_STEP),
    '-': () => zoomBy(1 / ZOOM_STEP),
    '0': fit,
    ArrowLeft: () => pan(PAN_STEP, 0),
    ArrowRight: () => pan(-PAN_STEP, 0),
    ArrowUp: () => pan(0, PAN_STEP),
    ArrowDown: () => pan(0, -PAN_STEP),
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : keys[event.key]
    if (!act) return
    event.preventDefault()
    act()
  }

  const tool = (label: string, icon: 'minus' | 'fit' | 'plus' | 'close', act: () => void) => (
    <button type="button" class="round" aria-label={label} title={label} onClick={act}>
      <Icon name={icon} />
    </button>
  )

  return (
    <dialog
      class="all panel"
      aria-label={words.all}
      ref={dialog}
      data-testid="comparison"
      onKeyDown={onKeyDown}
      onClose={() => {
        comparing.value = false
      }}
    >
      <header>
        <h2>{words.all}</h2>
        <div class="all-tools">
          {tool(zoomWords.out, 'minus', () => zoomBy(1 / ZOOM_STEP))}
          {tool(zoomWords.fit, 'fit', fit)}
          {tool(zoomWords.in, 'plus', () => zoomBy(ZOOM_STEP))}
          {tool(camera.close, 'close', () => dialog.current!.close())}
        </div>
      </header>
      <ul
        class="all-grid"
        ref={grid}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerEnd}
        onPointerCancel={onPointerEnd}
        onDblClick={() => (view.value.zoom > 1 ? fit() : zoomBy(2))}
      >
        <li>
          <div class="all-picture" ref={(element) => element?.style.setProperty('--aspect', `${width} / ${height}`)}>
            <img src={item.url} alt="" draggable={false} />
          </div>
          <p class="all-before">{before}</p>
        </li>
        {styles.value.map((style) => {
          const result = resultFor(item, style)
          const url = result?.url ?? item.looks[style.id]
          const isCurrent = style.id === currentStyle.value.id
          return (
            <li key={style.id} data-state={result ? 'done' : 'working'}>
              <div
                class="all-picture"
                ref={(element) => element?.style.setProperty('--aspect', `${width} / ${height}`)}
              >
                {url && <img src={url} alt="" draggable={false} />}
                {!result && <span class="spinner" aria-hidden="true" />}
              </div>
              <button
                type="button"
                class={`button small ${isCurrent ? 'primary' : ''}`}
                aria-pressed={isCurrent}
                onClick={() => {
                  set({ styleId: style.id })
                  dialog.current!.close()
                }}
              >
                {style.title}
              </button>
            </li>
          )
        })}
      </ul>
    </dialog>
  )
}

export const CompareAll = () => {
  const item = shown.value
  return comparing.value && item?.opened ? <Grid item={item} /> : null
}
