/** The start view: what this page is, the input buttons, and a before/after to play with. */
import examples, { demo } from 'virtual:examples'
import { messages } from '../i18n/language.ts'
import { takeFiles } from '../state/files.ts'
import { Compare } from './compare.tsx'
import { Icon } from './icons.tsx'
import { OpenButtons } from './open-buttons.tsx'

const openExample = async (id: string, url: string): Promise<void> => {
  const blob = await (await fetch(url)).blob()
  await takeFiles([new File([blob], `${id}.jpg`, { type: 'image/jpeg' })])
}

export const Start = () => {
  const { tagline, lead, open, points } = messages.value
  return (
    <div class="start">
      <section class="start-words" aria-labelledby="tagline">
        <h1 id="tagline">{tagline}</h1>
        <p class="lead">{lead}</p>
        <OpenButtons />
        <p class="hint">{open.drop}</p>
        <p class="hint examples-title" id="examples-title">
          {open.examples}
        </p>
        <ul class="examples" aria-labelledby="examples-title">
          {examples.map(({ id, url, small }) => (
            <li key={id}>
              <button
                type="button"
                class="example"
                aria-label={open.example[id]}
                title={open.example[id]}
                data-testid={`example-${id}`}
                onClick={() => void openExample(id, url)}
              >
                <img src={small} alt="" width={72} height={72} />
              </button>
            </li>
          ))}
        </ul>
        <ul class="points">
          {Object.values(points).map((point) => (
            <li key={point}>
              <Icon name="check" />
              {point}
            </li>
          ))}
        </ul>
      </section>
      <div class="start-demo">
        <div class="panel demo">
          <Compare before={demo.before} after={demo.after} width={560} height={560} zoomable={false} sweep />
        </div>
      </div>
    </div>
  )
}
