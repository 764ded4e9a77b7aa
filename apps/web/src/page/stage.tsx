/**
 * The shown item with its result, progress and errors. Outside tests rely on the element's `data-testid="result"` and
 * `data-state`: `working`, then `done` or `error`; a clip may be `paused` in between.
 */
import { signal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { clock, duration, messages, number, percent, rateOf } from '../i18n/language.ts'
import { afterOf, type Item, isClip, optionsOf, playable, preview, progress, shown, stateOf } from '../state/items.ts'
import { pacedFraction, secondsLeft } from '../state/pace.ts'
import { pause, resume, retry, stop } from '../state/queue.ts'
import { titleOf } from '../state/styles.ts'
import type { Progress } from '../studio/protocol.ts'
import { AnimationView } from './animation-view.tsx'
import { ClipPlayer } from './clip-player.tsx'
import { Compare } from './compare.tsx'
import { FaceOutlines, OutlinesButton } from './face-outlines.tsx'
import { Icon } from './icons.tsx'
import { ServiceOffer } from './service-offer.tsx'

/** A clock that moves the progress bar between reports. */
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

/** A clip's progress as text: percent, speed, time left, frames from before. */
const clipText = (): string => {
  const words = messages.value
  const { fraction = 0, frames = 0, kept = 0, rate } = progress.value ?? {}
  if (fraction === 0 && frames === 0) return words.progress.starting
  const left = fraction > 0 && rate ? (frames / fraction - frames) / rate : undefined
  return words.progress.clip(
    // If the clip's length is unknown, only frames can be counted.
    fraction > 0 ? percent(fraction) : words.clip.facts(number(frames), frames),
    rate ? rateOf(rate) : '',
    left !== undefined ? words.clip.left(duration(left)) : '',
    kept > 0 ? words.clip.kept(number(kept)) : '',
  )
}

/** The current work as text. */
const textOf = (stage: Progress['stage'] | undefined, fraction: number | undefined): string => {
  const words = messages.value.progress
  if (stage === 'clip') return clipText()
  if (stage === 'faces' || stage === 'look') return words[stage]
  if (stage === undefined || stage === 'camera' || stage === 'fetch' || stage === 'compare') return words.opening
  return fraction === undefined ? words.starting : words[stage](percent(fraction))
}

/** The beginning of a clip that is played while the rest is drawn. */
const watched = signal<{ readonly key: number; readonly url: string } | undefined>(undefined)

const watch = (key: number, blob: Blob): void => {
  leave()
  watched.value = { key, url: URL.createObjectURL(blob) }
}

const leave = (): void => {
  if (watched.value) URL.revokeObjectURL(watched.value.url)
  watched.value = undefined
}

/** Plays what is done of a clip, or goes back to the drawing. */
const WatchButton = ({ item: { key } }: { item: Item }) => {
  const words = messages.value.clip
  if (watched.value?.key === key) {
    return (
      <button type="button" class="button small" data-testid="leave" onClick={leave}>
        {words.leave}
      </button>
    )
  }
  const done = playable.value
  if (done?.key !== key) return null
  return (
    <button type="button" class="button small" data-testid="watch" onClick={() => watch(key, done.blob)}>
      <Icon name="play" />
      <span>{words.watch(clock(done.seconds))}</span>
    </button>
  )
}

const Working = ({ item }: { item: Item }) => {
  const words = messages.value
  const now = useClock(true)
  const current = progress.value?.key === item.key ? progress.value : undefined
  const known = current?.fraction ?? 0
  const fraction = current?.stage === 'picture' ? pacedFraction(known, now) : known || undefined
  const stage = current?.stage
  const left = stage === 'picture' ? secondsLeft(now) : undefined
  const remaining = left === undefined ? '' : ` · ${words.clip.left(duration(left))}`
  const text = textOf(stage, fraction) + remaining
  return (
    <div class="working">
      {stage === 'picture' && <ServiceOffer item={item} now={now} fraction={known} />}
      <label class="working-label">
        <span>{text}</span>
        <progress max={1} value={fraction} aria-label={text} />
      </label>
      {stage === 'clip' && <WatchButton item={item} />}
      {stage === 'clip' && (
        <button type="button" class="button small" data-testid="pause" onClick={() => pause(item.key)}>
          <Icon name="pause" />
          <span>{words.clip.pause}</span>
        </button>
      )}
      {(stage === 'picture' || stage === 'redraw' || stage === 'clip' || stage === 'service') && (
        <button type="button" class="button small" data-testid="stop" onClick={() => stop(item.key)}>
          {words.stop}
        </button>
      )}
    </div>
  )
}

const Paused = ({ item }: { item: Item }) => {
  const words = messages.value.clip
  return (
    <div class="working">
      <p class="working-label">{words.paused(percent(item.reached ?? 0))}</p>
      <WatchButton item={item} />
      <button type="button" class="button small primary" data-testid="resume" onClick={() => resume(item.key)}>
        <Icon name="play" />
        <span>{words.resume}</span>
      </button>
    </div>
  )
}

const Failed = ({ item }: { item: Item }) => {
  const words = messages.value
  const { code, detail } = item.problem!
  return (
    <div class="failed" role="alert">
      <Icon name={code === 'cancelled' ? 'retry' : 'alert'} />
      <p title={detail}>
        <strong>{item.file.name}</strong>
        {words.problems[code]}
      </p>
      {item.opened || code === 'offline' || code === 'memory' || code === 'engine' ? (
        <button type="button" class="button" onClick={() => retry(item.key)}>
          <Icon name="retry" />
          <span>{words.retry}</span>
        </button>
      ) : null}
    </div>
  )
}

const View = ({ item }: { item: Item }) => {
  const { key, opened, result, url } = item
  if (!opened) return null
  const { width, height, clip, posterUrl } = opened
  if (clip?.animation && result) {
    return <AnimationView key={result.url} file={item.file} result={result} {...{ width, height }} />
  }
  if (clip && result) {
    return (
      <ClipPlayer
        key={result.url}
        before={url}
        after={result.url}
        afterWord={titleOf(result.styleId)}
        {...{ width, height }}
        hasSound={clip.hasSound}
        from={item.begun?.part?.start ?? 0}
      />
    )
  }
  const beginning = watched.value?.key === key ? watched.value.url : undefined
  if (clip && beginning) {
    return (
      <ClipPlayer
        key={beginning}
        before={url}
        after={beginning}
        afterWord={titleOf(optionsOf(item).style.id)}
        {...{ width, height }}
        hasSound={clip.hasSound}
        from={item.begun?.part?.start ?? 0}
        playing
      />
    )
  }
  const present = preview.value?.key === key ? preview.value : undefined
  const before = posterUrl ? (present?.before ?? posterUrl) : url
  const after = afterOf(item)
  return (
    <Compare
      key={key}
      before={before}
      after={after?.url}
      afterWord={after && titleOf(after.styleId)}
      isPreview={after?.isPreview}
      {...{ width, height }}
      sweep={!clip}
      over={<FaceOutlines item={item} />}
      tools={<OutlinesButton item={item} />}
    />
  )
}

export const Stage = () => {
  const item = shown.value
  // A result takes the place of its beginning.
  const isOver = watched.value && (watched.value.key !== item?.key || item.result !== undefined)
  useEffect(() => {
    if (isOver) leave()
  }, [isOver])
  if (!item) return null
  const { opened } = item
  const state = stateOf(item)
  const visible = state === 'waiting' ? 'working' : state
  // Below a clip is its player; animations play by themselves.
  const hasBar = isClip(item) && !(opened?.clip?.animation && item.result)
  const aspect = opened ? `${opened.width} / ${opened.height}` : '4 / 3'
  return (
    <section
      id="result"
      class={`stage panel ${hasBar ? 'clip' : ''}`}
      aria-label={messages.value.result}
      aria-busy={visible === 'working'}
      data-testid="result"
      data-state={visible}
      tabIndex={-1}
      ref={(element) => element?.style.setProperty('--aspect', aspect)}
    >
      <View item={item} />
      {visible === 'working' && <Working item={item} />}
      {visible === 'paused' && <Paused item={item} />}
      {visible === 'error' && <Failed item={item} />}
    </section>
  )
}
