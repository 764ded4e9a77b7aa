/** Advice on the item on show, each with its remedy; and what is to be known of how it was drawn. */
import { clock, messages } from '../i18n/language.ts'
import { adviceFor, dismissAdvice, type Item, isOutdated, takeAdvice, undoAdvice } from '../state/items.ts'
import { redraw } from '../state/queue.ts'
import { Icon } from './icons.tsx'

export const AdviceList = ({ item }: { item: Item }) => {
  const { advice, dismiss, undo, engine, clip } = messages.value
  const { opened, result, settled } = item
  if (!opened) return null
  const recovered = result?.recovered
  const taken = Object.keys(item.remedies).length > 0
  return (
    <div class="advice" aria-live="polite">
      {adviceFor(item).map((kind) => (
        <div class="notice" key={kind} data-testid={`advice-${kind}`}>
          <Icon name="bulb" />
          <p>{advice[kind].say(opened.width, opened.height)}</p>
          <button type="button" class="button small" onClick={() => takeAdvice(item, kind)}>
            {advice[kind].remedy}
          </button>
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
          <p>{settled.map((kind) => advice[kind].remedy).join(' · ')}</p>
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
      {result?.clip?.notes.map((note) => (
        <div class="notice" key={note} data-testid={`note-${note}`}>
          <Icon name="bulb" />
          <p>{clip.notes[note](clock(result.clip!.seconds))}</p>
        </div>
      ))}
      {recovered && (
        <div class="notice" data-testid="recovered">
          <Icon name="bulb" />
          <p>{recovered === 'gpu' ? engine.gpuFailed : engine.memoryFailed}</p>
        </div>
      )}
    </div>
  )
}
