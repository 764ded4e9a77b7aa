/** The strip of items, as they were and then as they are drawn, with their states: done, waiting, failed. */
import { messages, number } from '../i18n/language.ts'
import { type Item, isClip, items, progress, removeItem, show, shownKey, stateOf } from '../state/items.ts'
import { Icon } from './icons.tsx'

const Entry = ({ item }: { item: Item }) => {
  const words = messages.value
  const { key, file, opened, result } = item
  const picture = result?.thumbnailUrl ?? opened?.thumbnailUrl
  const isShown = key === shownKey.value
  const queued = stateOf(item)
  const state = queued === 'working' && progress.value?.key !== key ? 'waiting' : queued
  const label = words.itemOf(file.name, words.states[state])
  return (
    <li class="item" data-testid="item" data-state={state}>
      <button
        type="button"
        class="item-show"
        aria-current={isShown}
        aria-label={label}
        title={label}
        onClick={() => show(key)}
      >
        {picture ? <img src={picture} alt="" /> : <Icon name="photo" />}
        {isClip(item) && (
          <span class="item-kind" aria-hidden="true">
            <Icon name="film" />
          </span>
        )}
        <span class="item-state" aria-hidden="true">
          {state === 'done' && <Icon name="check" />}
          {state === 'error' && <Icon name="alert" />}
          {state === 'paused' && <Icon name="pause" />}
          {state === 'working' && <span class="spinner" />}
        </span>
      </button>
      <button
        type="button"
        class="item-remove"
        aria-label={words.remove(file.name)}
        title={words.remove(file.name)}
        onClick={() => removeItem(key)}
      >
        <Icon name="close" />
      </button>
    </li>
  )
}

/** How many of several items are done. */
const Count = () => {
  const all = items.value
  if (all.length < 2) return null
  const done = all.filter((item) => stateOf(item) === 'done').length
  return (
    <p class="items-count" role="status" data-testid="count">
      {messages.value.doneOf(number(done), number(all.length))}
    </p>
  )
}

export const ItemList = () => (
  <div class="items-with-count">
    <Count />
    <ul class="items" aria-label={messages.value.items}>
      {items.value.map((item) => (
        <Entry key={item.key} item={item} />
      ))}
    </ul>
  </div>
)
