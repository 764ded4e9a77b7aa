/** The buttons for results: save, share, copy, save all. */
import { defaultThreads } from '@animegan/browser'
import { messages, number, percent } from '../i18n/language.ts'
import { type Item, isClip, items, type Result, removeAll, stateOf } from '../state/items.ts'
import { notice } from '../state/notice.ts'
import {
  canCopy,
  canSaveAs,
  canShare,
  copy,
  joining,
  save,
  saveAll,
  saveAs,
  saveComparison,
  share,
  shareComparison,
  tellSaving,
} from '../state/saving.ts'
import { set, settings } from '../state/settings.ts'
import { comparisons } from '../studio/protocol.ts'
import { Icon } from './icons.tsx'
import { Chips } from './settings-panel.tsx'

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

/** Before and after in one: how they are joined, and what to do with it. */
const Comparison = ({ item, done }: { item: Item; done: boolean }) => {
  const { comparison: words, problems } = messages.value
  const fail = (): void => say(isClip(item) ? problems.clipEncode : problems.memory, true)
  const now = joining.value
  return (
    <div class="comparison wide">
      <Chips
        label={words.label}
        value={settings.value.comparison}
        options={comparisons.map((kind) => [kind, words[kind]] as const)}
        onChoose={(comparison) => set({ comparison })}
        testId="comparison"
      />
      <button
        type="button"
        class="button small"
        disabled={!done || now !== undefined}
        data-testid="save-comparison"
        onClick={() => saveComparison(item).catch(fail)}
      >
        <Icon name="save" />
        <span>{now?.key === item.key && isClip(item) ? words.joining(percent(now.fraction)) : words.save}</span>
      </button>
      {done && canShare(item) && (
        <button
          type="button"
          class="button small"
          disabled={now !== undefined}
          data-testid="share-comparison"
          onClick={async () => {
            const how = await shareComparison(item).catch(fail)
            if (how === 'ready') say(words.ready)
            if (how === 'failed') say(messages.value.shareFailed, true)
          }}
        >
          <Icon name="share" />
          <span>{words.share}</span>
        </button>
      )}
    </div>
  )
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
        {canCopy() && (
          <button
            type="button"
            class="button"
            disabled={!done}
            data-testid="copy"
            onClick={() =>
              copy(item, document.querySelector<HTMLVideoElement>('video[data-testid=after]')).then(
                () => say(clip ? words.clip.copied : words.copied),
                () => say(words.copyFailed, true),
              )
            }
          >
            <Icon name="copy" />
            <span>{clip ? words.clip.copy : words.copy}</span>
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
        <Comparison item={item} done={done} />
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
