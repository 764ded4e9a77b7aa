/** The strip of items, with their states: done, waiting, failed. */
import { messages } from '../i18n/language.ts'
import { type Item, isClip, items, progress, removeItem, shownKey, stateOf } from '../state/items.ts'
import { Icon } from './icons.tsx'

const Entry = ({ item }: { item: Item }) => {
  const words = messages.value
  const { key, file, opened } = item
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
        onClick={() => {
          shownKey.value = key
        }}
      >
        {opened ? <img src={opened.thumbnailUrl} alt="" /> : <Icon name="photo" />}
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

export const ItemList = () => (
  <ul class="items" aria-label={messages.value.items}>
    {items.value.map((item) => (
      <Entry key={item.key} item={item} />
    ))}
  </ul>
)
