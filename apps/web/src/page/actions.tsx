/** What can be done with results: save, share, copy, all at once. */
import { threadsHere } from '../engine/web-engine.ts'
import { messages } from '../i18n/language.ts'
import { notice } from '../state/files.ts'
import { type Photo, photos, removeAll, stateOf } from '../state/photos.ts'
import { canCopy, canShare, copy, save, saveAll, share } from '../state/saving.ts'
import { Icon } from './icons.tsx'

const say = (text: string, bad = false): void => {
  notice.value = { text, bad }
}

export const Actions = ({ photo }: { photo: Photo }) => {
  const words = messages.value
  const done = stateOf(photo) === 'done'
  const finished = photos.value.filter((other) => stateOf(other) === 'done')
  return (
    <div class="actions">
      <button type="button" class="button primary" disabled={!done} data-testid="save" onClick={() => save(photo)}>
        <Icon name="save" />
        <span>{words.save}</span>
      </button>
      {canCopy() && (
        <button
          type="button"
          class="button"
          disabled={!done}
          data-testid="copy"
          onClick={() =>
            copy(photo).then(
              () => say(words.copied),
              () => say(words.copyFailed, true),
            )
          }
        >
          <Icon name="copy" />
          <span>{words.copy}</span>
        </button>
      )}
      {done && canShare(photo) && (
        <button
          type="button"
          class="button"
          data-testid="share"
          onClick={async () => {
            if (!(await share(photo))) say(words.shareFailed, true)
          }}
        >
          <Icon name="share" />
          <span>{words.share}</span>
        </button>
      )}
      {photos.value.length > 1 && (
        <button
          type="button"
          class="button wide"
          disabled={finished.length === 0}
          data-testid="save-all"
          onClick={() => void saveAll(finished)}
        >
          <Icon name="save" />
          <span>{words.saveAll(finished.length)}</span>
        </button>
      )}
      <button type="button" class="button quiet wide" onClick={removeAll}>
        <Icon name="retry" />
        <span>{words.startOver}</span>
      </button>
      {photo.result && (
        <p class="help made-by">
          {words.engine.on(photo.result.backend, threadsHere())}, {photo.result.width} × {photo.result.height}
        </p>
      )}
    </div>
  )
}
