/**
 * Before and after in one frame, pictures or clips, with a draggable line between them, zoom and pan; its tools follow
 * the frame. The line is a range input, so keyboards and screen readers can move it too. The picture's position is
 * computed here and set on the elements, since style attributes are not allowed.
 */
import { useSignal, useSignalEffect } from '@preact/signals'
import type { ComponentChildren, RefObject } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { messages, percent } from '../i18n/language.ts'
import { Icon } from './icons.tsx'

export interface CompareProps {
  readonly before: string
  /** Absent while there is no result. */
  readonly after?: string | undefined
  /** What `after` is called; default: the word for it. */
  readonly afterWord?: string | undefined
  /** Whether `after` is a first look, which a better one follows. */
  readonly isPreview?: boolean | undefined
  readonly width: number
  readonly height: number
  /** Whether the line sweeps over the picture when the result arrives. */
  readonly sweep?: boolean
  /** Whether to offer zoom. */
  readonly zoomable?: boolean
  /** Renders both clips; the caller plays them. */
  readonly clips?: {
    readonly before: RefObject<HTMLVideoElement | null>
    readonly after: RefObject<HTMLVideoElement | null>
  }
  /** Whether this browser cannot show a clip's original, so that only the result is shown. */
  readonly afterOnly?: boolean
  /** An overlay that moves with the picture; dragging may start on its buttons. */
  readonly over?: ComponentChildren
  /** More tools next to zoom. */
  readonly tools?: ComponentChildren
}

interface View {
  /** 1 shows all of the picture. */
  readonly zoom: number
  /** The picture's centre, relative to the frame's, in pixels of the screen. */
  readonly x: number
  readonly y: number
}

const WHOLE: View = { zoom: 1, x: 0, y: 0 }
/** Maximum enlargement of small pictures when all is shown. */
const MOST_ENLARGED = 4
/** How close to the line a press grabs it when the picture can be moved. */
const GRIP = 28
/** A press on the overlay becomes a drag after moving this far. */
const DRAG = 5

/** Where the line rests after its sweep: a quarter is the original. */
const REST = 0.25

const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value))

export const Compare = ({
  before,
  after,
  afterWord = messages.value.after,
  isPreview = false,
  width,
  height,
  sweep = false,
  zoomable = true,
  clips,
  afterOnly = false,
  over,
  tools,
}: CompareProps) => {
  const frame = useRef<HTMLDivElement>(null)
  const picture = useRef<HTMLDivElement>(null)
  const line = useRef<HTMLDivElement>(null)
  const at = useSignal(REST)
  const view = useSignal(WHOLE)
  const size = useSignal({ width: 0, height: 0 })
  const { compare, compareAt, zoom: words, before: beforeWord } = messages.value

  /** The picture's position in the frame. */
  const place = (v: View = view.value) => {
    const fit = Math.min(size.value.width / width, size.value.height / height, MOST_ENLARGED)
    const [w, h] = [width * fit * v.zoom, height * fit * v.zoom]
    const left = (size.value.width - w) / 2 + v.x
    const top = (size.value.height - h) / 2 + v.y
    const [from, to] = [Math.max(0, left), Math.min(size.value.width, left + w)]
    return { fit, w, h, left, top, from, to }
  }

  const mostZoom = (): number => Math.max(4, 3 / Math.max(0.01, place(WHOLE).fit))

  /** Keeps the picture inside the frame. */
  const held = (v: View): View => {
    const zoom = clamp(v.zoom, 1, mostZoom())
    const { w, h } = place({ ...v, zoom })
    const [slackX, slackY] = [Math.max(0, w - size.value.width) / 2, Math.max(0, h - size.value.height) / 2]
    return { zoom, x: clamp(v.x, -slackX, slackX), y: clamp(v.y, -slackY, slackY) }
  }

  /** Zooms around a point of the frame (relative to its centre). */
  const zoomBy = (factor: number, x = 0, y = 0): void => {
    const { zoom, x: vx, y: vy } = view.value
    const next = clamp(zoom * factor, 1, mostZoom())
    const ratio = next / zoom
    view.value = held({ zoom: next, x: x + (vx - x) * ratio, y: y + (vy - y) * ratio })
  }

  const pan = (dx: number, dy: number): void => {
    view.value = held({ ...view.value, x: view.value.x + dx, y: view.value.y + dy })
  }

  useEffect(() => {
    const element = frame.current!
    const observer = new ResizeObserver(() => {
      size.value = { width: element.clientWidth, height: element.clientHeight }
      view.value = held(view.value)
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [])

  useEffect(() => {
    view.value = WHOLE
  }, [width, height])

  useSignalEffect(() => {
    const { w, h, left, top, from, to } = place()
    const cut = afterOnly ? left : from + at.value * (to - from)
    const { style } = picture.current!
    style.width = `${w}px`
    style.height = `${h}px`
    style.transform = `translate(${left}px, ${top}px)`
    style.setProperty('--cut', `${cut - left}px`)
    line.current!.style.transform = `translateX(${cut}px)`
    line.current!.style.setProperty('--middle', `${clamp(top + h / 2, 40, Math.max(40, size.value.height - 40))}px`)
  })

  const hasResult = after !== undefined && !afterOnly
  const swept = useRef(false)
  useEffect(() => {
    if (!hasResult || !sweep || swept.current) return undefined
    swept.current = true
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return undefined
    const start = performance.now()
    let handle = requestAnimationFrame(function step(now) {
      const t = clamp((now - start) / 900, 0, 1)
      at.value = 1 - (1 - REST) * (1 - (1 - t) ** 3)
      if (t < 1) handle = requestAnimationFrame(step)
    })
    return () => cancelAnimationFrame(handle)
  }, [hasResult])

  const pointers = useRef(new Map<number, { x: number; y: number }>())
  const dragging = useRef<'line' | 'picture' | undefined>(undefined)

  const pointOf = (event: PointerEvent | WheelEvent | MouseEvent): { x: number; y: number } => {
    const box = frame.current!.getBoundingClientRect()
    return { x: event.clientX - box.left, y: event.clientY - box.top }
  }

  const moveLine = (x: number): void => {
    const { from, to } = place()
    at.value = clamp((x - from) / Math.max(1, to - from), 0, 1)
  }

  const onPointerDown = (event: PointerEvent): void => {
    if (event.button !== 0) return
    const onButton = (event.target as Element).closest('button') !== null
    const point = pointOf(event)
    pointers.current.set(event.pointerId, point)
    // A captured press no longer counts as a click on the button.
    if (!onButton) frame.current!.setPointerCapture(event.pointerId)
    const { from, to } = place()
    const nearLine = Math.abs(point.x - (from + at.value * (to - from))) < GRIP
    dragging.current = hasResult && (view.value.zoom === 1 || nearLine) ? 'line' : 'picture'
    if (!onButton && dragging.current === 'line' && event.pointerType === 'mouse') moveLine(point.x)
  }

  const onPointerMove = (event: PointerEvent): void => {
    const last = pointers.current.get(event.pointerId)
    if (!last) return
    const point = pointOf(event)
    if (!frame.current!.hasPointerCapture(event.pointerId)) {
      if (Math.hypot(point.x - last.x, point.y - last.y) < DRAG) return
      frame.current!.setPointerCapture(event.pointerId)
    }
    const others = [...pointers.current].filter(([id]) => id !== event.pointerId)
    pointers.current.set(event.pointerId, point)
    const other = others[0]?.[1]
    if (other && zoomable) {
      const spread = (p: { x: number; y: number }): number => Math.hypot(p.x - other.x, p.y - other.y)
      const middle = { x: (point.x + other.x) / 2, y: (point.y + other.y) / 2 }
      const { width: w, height: h } = size.value
      zoomBy(spread(point) / Math.max(1, spread(last)), middle.x - w / 2, middle.y - h / 2)
      pan((point.x - last.x) / 2, (point.y - last.y) / 2)
    } else if (dragging.current === 'line') moveLine(point.x)
    else pan(point.x - last.x, point.y - last.y)
  }

  const onPointerEnd = (event: PointerEvent): void => {
    pointers.current.delete(event.pointerId)
  }

  const onDoubleClick = (event: MouseEvent): void => {
    if (!zoomable || (event.target as Element).closest('button')) return
    const { x, y } = pointOf(event)
    const { width: w, height: h } = size.value
    if (view.value.zoom > 1) view.value = WHOLE
    else zoomBy(Math.max(2, 1 / place().fit), x - w / 2, y - h / 2)
  }

  useEffect(() => {
    const element = frame.current!
    const onWheel = (event: WheelEvent): void => {
      if (!zoomable || !(event.ctrlKey || event.metaKey || view.value.zoom > 1)) return
      event.preventDefault()
      const { x, y } = pointOf(event)
      zoomBy(Math.exp(-event.deltaY / 300), x - size.value.width / 2, y - size.value.height / 2)
    }
    element.addEventListener('wheel', onWheel, { passive: false })
    return () => element.removeEventListener('wheel', onWheel)
  }, [zoomable, width, height])

  const onKeyDown = (event: KeyboardEvent): void => {
    if (!zoomable) return
    const step = 60
    const keys: Record<string, () => void> = {
      '+': () => zoomBy(1.5),
      '=': () => zoomBy(1.5),
      '-': () => zoomBy(1 / 1.5),
      '0': () => {
        view.value = WHOLE
      },
    }
    const shiftKeys: Record<string, () => void> = {
      ArrowLeft: () => pan(step, 0),
      ArrowRight: () => pan(-step, 0),
      ArrowUp: () => pan(0, step),
      ArrowDown: () => pan(0, -step),
    }
    const isCommand = event.ctrlKey || event.metaKey || event.altKey
    const act = isCommand ? undefined : (keys[event.key] ?? (event.shiftKey ? shiftKeys[event.key] : undefined))
    if (!act) return
    event.preventDefault()
    act()
  }

  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset is for fields; this is a picture */}
      <div
        role="group"
        aria-label={compare}
        class={`compare ${view.value.zoom > 1 ? 'zoomed' : ''} ${hasResult ? 'has-result' : ''}`}
        ref={frame}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerEnd}
        onPointerCancel={onPointerEnd}
        onDblClick={onDoubleClick}
      >
        <div class="compare-picture" ref={picture}>
          {clips ? (
            <video class="compare-before" src={before} ref={clips.before} muted playsInline preload="auto" />
          ) : (
            <img class="compare-before" src={before} alt={beforeWord} draggable={false} />
          )}
          {clips && after !== undefined && (
            // biome-ignore lint/a11y/useMediaCaption: captions are in the visitor's clip, if anywhere
            <video
              class="compare-after"
              src={after}
              ref={clips.after}
              playsInline
              preload="auto"
              aria-label={afterWord}
              data-testid="after"
            />
          )}
          {!clips && after !== undefined && (
            <img
              class="compare-after"
              src={after}
              alt={afterWord}
              draggable={false}
              data-testid={isPreview ? 'preview' : 'after'}
            />
          )}
          {over}
        </div>
        {hasResult && (
          <span class="tags" aria-hidden="true">
            <span class="tag">{beforeWord}</span>
            <span class="tag">{afterWord}</span>
          </span>
        )}
        <div class="compare-line" ref={line} aria-hidden="true" hidden={!hasResult}>
          <span class="compare-grip">
            <svg viewBox="0 0 24 24" class="icon" aria-hidden="true" focusable="false">
              <path d="M9 7l-5 5 5 5M15 7l5 5-5 5" />
            </svg>
          </span>
        </div>
        {hasResult && (
          <input
            class="compare-range"
            type="range"
            min={0}
            max={100}
            step={1}
            value={Math.round(at.value * 100)}
            aria-label={compare}
            aria-valuetext={compareAt(percent(at.value))}
            title={zoomable ? words.help : undefined}
            onInput={(event) => {
              at.value = event.currentTarget.valueAsNumber / 100
            }}
            onKeyDown={onKeyDown}
          />
        )}
      </div>
      {zoomable && (
        <div class="zoom">
          {tools}
          <button type="button" class="round" aria-label={words.out} title={words.out} onClick={() => zoomBy(1 / 1.5)}>
            <Icon name="minus" />
          </button>
          <button
            type="button"
            class="round"
            aria-label={words.fit}
            title={words.fit}
            onClick={() => {
              view.value = WHOLE
            }}
          >
            <Icon name="fit" />
          </button>
          <button type="button" class="round" aria-label={words.in} title={words.in} onClick={() => zoomBy(1.5)}>
            <Icon name="plus" />
          </button>
        </div>
      )}
    </>
  )
}
