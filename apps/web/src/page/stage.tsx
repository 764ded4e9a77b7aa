/**
 * The photo on show with its result, what is under way, and what went wrong. Tests from outside rely on the element's
 * `data-testid="result"` and on `data-state`: `working`, then `done` or `error`.
 */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { messages, percent } from '../i18n/language.ts'
import { pacedFraction } from '../state/pace.ts'
import { type Photo, progress, retry, shown, stateOf, stop } from '../state/photos.ts'
import { Compare } from './compare.tsx'
import { Icon } from './icons.tsx'

/** The clock, for a bar that moves between reports. */
const useClock = (running: boolean): number => {
  const now = useSignal(performance.now())
  useEffect(() => {
    if (!running) return undefined
    const timer = setInterval(() => {
      now.value = performance.now()
    }, 100)
    return () => clearInterval(timer)
  }, [running])
  return now.value
}

const Working = ({ photo }: { photo: Photo }) => {
  const words = messages.value
  const now = useClock(true)
  const current = progress.value?.key === photo.key ? progress.value : undefined
  const known = current?.fraction ?? 0
  const fraction = current?.stage === 'picture' ? pacedFraction(known, now) : known || undefined
  const say = current?.stage ? words.progress[current.stage] : undefined
  const text = say ? say(fraction === undefined ? '…' : percent(fraction)) : words.progress.opening
  return (
    <div class="working">
      <label class="working-label">
        <span>{text}</span>
        <progress max={1} value={fraction} aria-label={text} />
      </label>
      {current?.stage === 'picture' && (
        <button type="button" class="button small" onClick={() => stop(photo.key)}>
          {words.stop}
        </button>
      )}
    </div>
  )
}

const Failed = ({ photo }: { photo: Photo }) => {
  const words = messages.value
  const { code, detail } = photo.problem!
  return (
    <div class="failed" role="alert">
      <Icon name={code === 'cancelled' ? 'retry' : 'alert'} />
      <p title={detail}>
        <strong>{photo.file.name}</strong>
        {words.problems[code]}
      </p>
      {photo.opened || code === 'offline' || code === 'memory' || code === 'engine' ? (
        <button type="button" class="button" onClick={() => retry(photo.key)}>
          <Icon name="retry" />
          <span>{words.retry}</span>
        </button>
      ) : null}
    </div>
  )
}

export const Stage = () => {
  const photo = shown.value
  if (!photo) return null
  const { opened, result } = photo
  const state = stateOf(photo)
  const visible = state === 'waiting' ? 'working' : state
  const aspect = opened ? `${opened.width} / ${opened.height}` : '4 / 3'
  return (
    <section
      id="result"
      class="stage panel"
      aria-label={messages.value.result}
      aria-busy={visible === 'working'}
      data-testid="result"
      data-state={visible}
      tabIndex={-1}
      ref={(element) => element?.style.setProperty('--aspect', aspect)}
    >
      {opened && (
        <Compare
          key={photo.key}
          before={photo.url}
          {...(result && { after: result.url })}
          width={opened.width}
          height={opened.height}
          sweep
        />
      )}
      {visible === 'working' && <Working photo={photo} />}
      {visible === 'error' && <Failed photo={photo} />}
    </section>
  )
}
