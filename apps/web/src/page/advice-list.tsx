/** Advice on the photo on show, each with its remedy; and what is to be known of how it was drawn. */
import { messages } from '../i18n/language.ts'
import { adviceFor, dismissAdvice, type Photo, takeAdvice, undoAdvice } from '../state/photos.ts'
import { Icon } from './icons.tsx'

export const AdviceList = ({ photo }: { photo: Photo }) => {
  const { advice, dismiss, undo, engine } = messages.value
  const { opened, result, settled } = photo
  if (!opened) return null
  const recovered = result?.recovered
  const taken = Object.keys(photo.remedies).length > 0
  return (
    <div class="advice" aria-live="polite">
      {adviceFor(photo).map((kind) => (
        <div class="notice" key={kind} data-testid={`advice-${kind}`}>
          <Icon name="bulb" />
          <p>{advice[kind].say(opened.width, opened.height)}</p>
          <button type="button" class="button small" onClick={() => takeAdvice(photo, kind)}>
            {advice[kind].remedy}
          </button>
          <button
            type="button"
            class="round"
            aria-label={dismiss}
            title={dismiss}
            onClick={() => dismissAdvice(photo, kind)}
          >
            <Icon name="close" />
          </button>
        </div>
      ))}
      {taken && (
        <div class="notice" data-testid="advice-taken">
          <Icon name="check" />
          <p>{settled.map((kind) => advice[kind].remedy).join(' · ')}</p>
          <button type="button" class="button small" onClick={() => undoAdvice(photo)}>
            {undo}
          </button>
        </div>
      )}
      {recovered && (
        <div class="notice" data-testid="recovered">
          <Icon name="bulb" />
          <p>{recovered === 'gpu' ? engine.gpuFailed : engine.memoryFailed}</p>
        </div>
      )}
    </div>
  )
}
