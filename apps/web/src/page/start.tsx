/**
 * The start view: what this page is, the input buttons, and photos that become anime at once. Their pictures are prepared,
 * so that nothing is fetched for them but themselves.
 */
import examples, { type Example } from 'virtual:examples'
import { useSignal } from '@preact/signals'
import { messages } from '../i18n/language.ts'
import { takeFiles } from '../state/files.ts'
import { removed, undoRemoveAll } from '../state/items.ts'
import { keptHours } from '../state/service.ts'
import { currentStyle, type StyleEntry, styles } from '../state/styles.ts'
import { Compare } from './compare.tsx'
import { Icon } from './icons.tsx'
import { OpenButtons } from './open-buttons.tsx'
import { StyleRail } from './style-rail.tsx'

const openExample = async ({ id, url }: Example): Promise<void> => {
  const blob = await (await fetch(url)).blob()
  await takeFiles([new File([blob], `${id}.jpg`, { type: 'image/jpeg' })])
}

/** Fetches an example's pictures before they are chosen. */
const fetchAhead = ({ after }: Example): void => {
  for (const prepared of Object.values(after)) if (prepared) new Image().src = prepared.url
}

/** The styles that an example is prepared in; the visitor's own are not. */
const preparedStyles = ({ after }: Example): StyleEntry[] => styles.value.filter(({ id }) => after[id])

const Demo = () => {
  const { open } = messages.value
  const shown = useSignal<Example>(examples[0])
  const example = shown.value
  const prepared = preparedStyles(example)
  const style = prepared.find(({ id }) => id === currentStyle.value.id) ?? prepared[0]
  return (
    <div class="start-demo">
      <div class="demo-stage">
        <div class="panel demo">
          <Compare
            before={example.before.url}
            after={example.after[style.id]?.url}
            afterWord={style.title}
            width={560}
            height={560}
            zoomable={false}
            sweep
          />
        </div>
      </div>
      <div class="demo-tools" onPointerEnter={() => fetchAhead(example)} onFocusIn={() => fetchAhead(example)}>
        <StyleRail styles={prepared} pictureOf={(id) => example.after[id]?.small} />
        <div class="samples">
          <fieldset class="sample-photos">
            <legend class="visually-hidden">{open.examples}</legend>
            {examples.map((one) => (
              <label key={one.id} class="sample" title={open.example[one.id]} onPointerEnter={() => fetchAhead(one)}>
                <input
                  class="visually-hidden"
                  type="radio"
                  name="sample"
                  checked={one === example}
                  data-testid={`sample-${one.id}`}
                  onChange={() => {
                    shown.value = one
                  }}
                />
                <img class="sample-picture" src={one.before.small} alt={open.example[one.id]} width={56} height={56} />
              </label>
            ))}
          </fieldset>
          <button type="button" class="button small" data-testid="example" onClick={() => void openExample(example)}>
            <Icon name="photo" />
            <span>{open.tryIt}</span>
          </button>
        </div>
      </div>
    </div>
  )
}

export const Start = () => {
  const { tagline, lead, open, points, service, undoStartOver } = messages.value
  const offered = keptHours !== undefined
  const all = offered ? { ...points, local: service.local } : points
  return (
    <div class="start">
      <section class="start-words" aria-labelledby="tagline">
        <h1 id="tagline">{tagline}</h1>
        <p class="lead">{offered ? service.lead : lead}</p>
        <OpenButtons />
        {removed.value.length > 0 && (
          <button type="button" class="button small" data-testid="undo" onClick={undoRemoveAll}>
            <Icon name="undo" />
            <span>{undoStartOver}</span>
          </button>
        )}
        <p class="hint">{open.drop}</p>
        <ul class="points">
          {Object.values(all).map((point) => (
            <li key={point}>
              <Icon name="check" />
              {point}
            </li>
          ))}
        </ul>
      </section>
      <Demo />
    </div>
  )
}
