/** Advice on the shown item and its faces, each with its remedy, and notes on how it was drawn. */
import type { Advice } from '@animegan/core'
import { clock, messages } from '../i18n/language.ts'
import {
  type AnyAdvice,
  adviceFor,
  dismissAdvice,
  faceAdviceFor,
  type Item,
  isOutdated,
  takeAdvice,
  undoAdvice,
} from '../state/items.ts'
import { redraw } from '../state/queue.ts'
import { Icon } from './icons.tsx'

export const AdviceList = ({ item }: { item: Item }) => {
  const { advice, faces, dismiss, undo, engine, clip } = messages.value
  const { opened, result, settled } = item
  if (!opened) return null
  const recovered = result?.recovered
  const taken = Object.keys(item.remedies).length > 0
  /** The label of a remedy's button. */
  const remedyOf = (kind: AnyAdvice): string | undefined =>
    kind in advice ? advice[kind as Advice].remedy : kind === 'face-dark' ? advice.dark.remedy : undefined
  const all: [kind: AnyAdvice, text: string][] = [
    ...adviceFor(item).map((kind): [AnyAdvice, string] => [kind, advice[kind].say(opened.width, opened.height)]),
    ...faceAdviceFor(item).map(([kind, count]): [AnyAdvice, string] => [kind, faces.advice[kind](count)]),
  ]
  return (
    <div class="advice" aria-live="polite">
      {all.map(([kind, text]) => (
        <div class="notice" key={kind} data-testid={`advice-${kind}`}>
          <Icon name="bulb" />
          <p>{text}</p>
          {remedyOf(kind) && (
            <button type="button" class="button small" onClick={() => takeAdvice(item, kind)}>
              {remedyOf(kind)}
            </button>
          )}
          <button
            type="button"
            class="round"
            aria-label={dismiss}
            title={dismiss}
            onClick={() => dismissAdvice(item, kind)}
          >
            <Icon name="close" />
          </button>
        </div>
      ))}
      {taken && (
        <div class="notice" data-testid="advice-taken">
          <Icon name="check" />
          <p>{[...new Set(settled.map(remedyOf))].filter(Boolean).join(' · ')}</p>
          <button type="button" class="button small" onClick={() => undoAdvice(item)}>
            {undo}
          </button>
        </div>
      )}
      {isOutdated(item) && (
        <div class="notice" data-testid="outdated">
          <Icon name="bulb" />
          <p>{clip.outdated}</p>
          <button type="button" class="button small" data-testid="redraw" onClick={() => redraw(item)}>
            {clip.redraw}
          </button>
        </div>
      )}
      {opened.still && (
        <div class="notice" data-testid="still">
          <Icon name="bulb" />
          <p>{clip.still}</p>
        </div>
      )}
      {result?.clip?.notes.map((note) => (
        <div class="notice" key={note} data-testid={`note-${note}`}>
          <Icon name="bulb" />
          <p>{clip.notes[note](clock(result.clip!.seconds))}</p>
        </div>
      ))}
      {recovered && (
        <div class="notice" data-testid="recovered">
          <Icon name="bulb" />
          <p>{recovered === 'webgpu' ? engine.gpuFailed : engine.memoryFailed}</p>
        </div>
      )}
    </div>
  )
}
