/**
 * Plays a clip and its result together, with a movable line between them. The result leads, with the sound; the
 * original follows. If the browser cannot show the original, only the result plays.
 */
import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { clock, messages } from '../i18n/language.ts'
import { Compare } from './compare.tsx'
import { Icon } from './icons.tsx'

/**
 * Seconds that the original may be off before it is corrected: while playing, where a jump would be visible, and when
 * paused.
 */
const APART = 0.09
const AT_REST = 0.005

export interface ClipPlayerProps {
  readonly before: string
  readonly after: string
  /** What the result is called. */
  readonly afterWord: string
  readonly width: number
  readonly height: number
  readonly hasSound: boolean
  /** Where in the original the result begins, in seconds. */
  readonly from: number
  /** Whether to play at once. */
  readonly playing?: boolean
}

export const ClipPlayer = ({
  before,
  after,
  afterWord,
  width,
  height,
  hasSound,
  from,
  playing: begins = false,
}: ClipPlayerProps) => {
  const words = messages.value.clip
  const clips = { before: useRef<HTMLVideoElement>(null), after: useRef<HTMLVideoElement>(null) }
  const at = useSignal({ time: 0, of: 0 })
  const playing = useSignal(false)
  const muted = useSignal(false)
  const alone = useSignal(false)

  useEffect(() => {
    const [original, result] = [clips.before.current!, clips.after.current!]
    const follow = (): void => {
      at.value = { time: result.currentTime, of: Number.isFinite(result.duration) ? result.duration : 0 }
      const due = from + result.currentTime
      const apart = Math.abs(original.currentTime - due)
      if (apart > (result.paused ? AT_REST : APART)) original.currentTime = due
    }
    const start = (): void => {
      playing.value = true
      original.play().catch(() => {}) // ends before the result does, or cannot be shown
    }
    const end = (): void => {
      playing.value = false
      original.pause()
      follow()
    }
    const fail = (): void => {
      alone.value = true
    }
    const events = ['timeupdate', 'seeked', 'loadedmetadata', 'durationchange'] as const
    for (const name of events) result.addEventListener(name, follow)
    result.addEventListener('play', start)
    result.addEventListener('pause', end)
    original.addEventListener('error', fail)
    if (begins) result.play().catch(() => {})
    return () => {
      for (const name of events) result.removeEventListener(name, follow)
      result.removeEventListener('play', start)
      result.removeEventListener('pause', end)
      original.removeEventListener('error', fail)
    }
  }, [])

  const toggle = (): void => {
    const result = clips.after.current!
    if (result.paused) result.play().catch(() => {})
    else result.pause()
  }

  const { time, of } = at.value
  const playWord = playing.value ? words.halt : words.play
  const soundWord = muted.value ? words.sound : words.silence
  return (
    <>
      <Compare
        before={before}
        after={after}
        afterWord={afterWord}
        width={width}
        height={height}
        clips={clips}
        afterOnly={alone.value}
        sweep
      />
      <div class="player">
        <button type="button" class="round" aria-label={playWord} title={playWord} data-testid="play" onClick={toggle}>
          <Icon name={playing.value ? 'pause' : 'play'} />
        </button>
        <input
          type="range"
          min={0}
          max={Math.max(0.01, of)}
          step={0.01}
          value={time}
          aria-label={words.position}
          aria-valuetext={`${clock(time)} / ${clock(of)}`}
          onInput={(event) => {
            clips.after.current!.currentTime = event.currentTarget.valueAsNumber
          }}
        />
        <span class="player-time" aria-hidden="true">
          {clock(time)} / {clock(of)}
        </span>
        {hasSound && (
          <button
            type="button"
            class="round"
            aria-label={soundWord}
            title={soundWord}
            onClick={() => {
              muted.value = !muted.value
              clips.after.current!.muted = muted.value
            }}
          >
            <Icon name={muted.value ? 'silent' : 'sound'} />
          </button>
        )}
      </div>
    </>
  )
}
