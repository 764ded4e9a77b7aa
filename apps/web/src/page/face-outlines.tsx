/**
 * Outlines of the faces found in a photo; each outline is a button that switches its face between drawn (or
 * redrawn by the style) and left to the style. In the picture's own frame, so it zooms and moves with it. All together
 * are one stop of the Tab key; arrow keys and others go from face to face (neighbour.ts).
 */
import type { Box } from '@animegan/core'
import { signal, useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { messages } from '../i18n/language.ts'
import { type Item, toggleFace } from '../state/items.ts'
import { settings } from '../state/settings.ts'
import { Icon } from './icons.tsx'
import { neighbour } from './neighbour.ts'

/** Whether outlines stay visible when there is a result. */
export const outlined = signal(false)

/** Whether a photo has faces to choose from. */
export const hasFaces = ({ faces = [] }: Item): boolean => settings.value.faces !== 'off' && faces.length > 0

/**
 * Places an element around a box of a picture, small ones over large ones, which would hide them. Done here because style
 * attributes are not allowed.
 */
const place = ({ style }: HTMLElement, box: Box, width: number, height: number): void => {
  const percent = (part: number, whole: number): string => `${(100 * part) / whole}%`
  style.zIndex = String(Math.round(1000 * (1 - box.width / width)))
  style.left = percent(box.x + box.width / 2, width)
  style.top = percent(box.y + box.height / 2, height)
  style.width = percent(box.width, width)
  style.height = percent(box.height, height)
}

export const FaceOutlines = ({ item }: { item: Item }) => {
  const words = messages.value.faces
  const { opened, faces = [], leftAlone, result } = item
  const at = useSignal(0)
  const group = useRef<HTMLFieldSetElement>(null)
  if (!opened || !hasFaces(item) || (result && !outlined.value)) return null
  const current = Math.min(at.value, faces.length - 1)
  const onKeyDown = (event: KeyboardEvent): void => {
    const boxes = faces.map(({ face }) => face.box)
    const next = neighbour(boxes, current, event.key)
    if (next === undefined) return
    event.preventDefault()
    group.current!.querySelectorAll('button')[next].focus()
  }
  return (
    <fieldset class="faces" aria-label={words.label} ref={group} onKeyDown={onKeyDown}>
      {faces.map(({ face: { box } }, index) => {
        const redrawn = !leftAlone.includes(index)
        const undrawn = result?.undrawn?.includes(index)
        const spared = result?.spared?.includes(index)
        const state = !redrawn ? words.redraw : undrawn ? words.undrawn : spared ? words.spared : words.leave
        return (
          <button
            type="button"
            class="face"
            key={`${box.x} ${box.y}`}
            tabIndex={index === current ? 0 : -1}
            aria-pressed={redrawn}
            aria-label={words.name(index + 1, faces.length)}
            title={state}
            data-testid="face"
            ref={(element) => {
              if (element) place(element, box, opened.width, opened.height)
            }}
            onFocus={() => {
              at.value = index
              // A visitor who is using them must not lose them when the result arrives.
              outlined.value = true
            }}
            onClick={() => toggleFace(item, index)}
          >
            <span class="face-outline" />
            <Icon name={redrawn ? 'check' : 'close'} />
          </button>
        )
      })}
    </fieldset>
  )
}

/** Shows and hides the outlines of a drawn photo. */
export const OutlinesButton = ({ item }: { item: Item }) => {
  const words = messages.value.faces
  if (!hasFaces(item) || !item.result) return null
  return (
    <button
      type="button"
      class="round"
      aria-pressed={outlined.value}
      aria-label={words.show}
      title={words.show}
      data-testid="outlines"
      onClick={() => {
        outlined.value = !outlined.value
      }}
    >
      <Icon name="face" />
    </button>
  )
}
