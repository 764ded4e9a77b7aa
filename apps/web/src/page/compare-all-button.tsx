/** The button that opens the comparison of all styles, which is compare-all.tsx. */
import { messages } from '../i18n/language.ts'
import { type Item, isClip } from '../state/items.ts'
import { comparing } from '../state/queue.ts'
import { styles } from '../state/styles.ts'
import { Icon } from './icons.tsx'

/** Opens the comparison; absent where there is nothing to compare. */
export const CompareAllButton = ({ item }: { item: Item }) => {
  const { all } = messages.value.style
  if (isClip(item) || styles.value.length < 2) return null
  return (
    <button
      type="button"
      class="button small"
      disabled={!item.opened}
      title={all}
      data-testid="compare-all"
      onClick={() => {
        comparing.value = true
      }}
    >
      <Icon name="grid" />
      <span class="styles-word">{all}</span>
    </button>
  )
}
