/** The buttons for results: save, share, copy, save all. */
import { defaultThreads } from '@animegan/browser'
import { messages, number } from '../i18n/language.ts'
import { type Item, isClip, items, type Result, removeAll, stateOf } from '../state/items.ts'
import { notice } from '../state/notice.ts'
import {
  canCopy,
  canSaveAs,
  canShare,
  copy,
  save,
  saveAll,
  saveAs,
  saveComparison,
  share,
  tellSaving,
} from '../state/saving.ts'
import { Icon } from './icons.tsx'

const say = (text: string, bad = false): void => {
  notice.value = { text, bad }
}

/** How a result was made, in a line. */
const madeBy = ({ backend, width, height, clip }: Result): string => {
  const words = messages.value
  const frames = clip && words.clip.facts(number(clip.frames), clip.frames)
  return [words.engine.on(backend, defaultThreads()), `${width} × ${height}`, frames]
    .filter((part) => part !== undefined)
    .join(words.comma)
}

export const Actions = ({ item }: { item: Item }) => {
  const words = messages.value
  const done = stateOf(item) === 'done'
  const clip = isClip(item)
  const pictures = items.value.filter((other) => !isClip(other))
  const finished = pictures.filter((other) => stateOf(other) === 'done')
  return (
    <>
      <div class="actions">
        <button type="button" class="button primary" disabled={!done} data-testid="save" onClick={() => save(item)}>
          <Icon name="save" />
          <span>{words.save}</span>
        </button>
        {clip && canSaveAs() && stateOf(item) !== 'error' && (
          <button
            type="button"
            class="button"
            data-testid="save-as"
            onClick={() => void tellSaving(() => saveAs(item))}
          >
            <Icon name="save" />
            <span>
              {done ? words.clip.saveAs : item.place ? words.clip.willSave(item.place.name) : words.clip.saveWhenDone}
            </span>
          </button>
        )}
        {!clip && canCopy() && (
          <button
            type="button"
            class="button"
            disabled={!done}
            data-testid="copy"
            onClick={() =>
              copy(item).then(
                () => say(words.copied),
                () => say(words.copyFailed, true),
              )
            }
          >
            <Icon name="copy" />
            <span>{words.copy}</span>
          </button>
        )}
        {done && canShare(item) && (
          <button
            type="button"
            class="button"
            data-testid="share"
            onClick={async () => {
              if (!(await share(item))) say(words.shareFailed, true)
            }}
          >
            <Icon name="share" />
            <span>{words.share}</span>
          </button>
        )}
      </div>
      <div class="actions more-actions">
        {!clip && (
          <button
            type="button"
            class="button wide"
            disabled={!done}
            data-testid="save-comparison"
            onClick={() => saveComparison(item).catch(() => say(words.problems.memory, true))}
          >
            <Icon name="compare" />
            <span>{words.saveComparison}</span>
          </button>
        )}
        {finished.length > 1 && (
          <button
            type="button"
            class="button wide"
            data-testid="save-all"
            onClick={() => saveAll(finished).catch(() => say(words.problems.offline, true))}
          >
            <Icon name="save" />
            <span>{words.saveAll(finished.length)}</span>
          </button>
        )}
        <button type="button" class="button quiet wide" onClick={removeAll}>
          <Icon name="retry" />
          <span>{words.startOver}</span>
        </button>
        {item.result && <p class="help made-by">{madeBy(item.result)}</p>}
      </div>
    </>
  )
}
