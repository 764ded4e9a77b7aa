/**
 * The camera dialog: draws the camera live, takes photos (the camera's own, then drawn at full size like any other) and
 * records the live view. The camera is switched off when the dialog closes.
 */
import { signal, useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { CameraFeed, cameras, openCamera, type Seen } from '../camera/camera-feed.ts'
import { clock, messages, percent, rateOf } from '../i18n/language.ts'
import { takeFiles } from '../state/files.ts'
import { recall, remember } from '../state/memory.ts'
import { offer } from '../state/offer.ts'
import { held } from '../state/queue.ts'
import { chosenBackend, settings } from '../state/settings.ts'
import { studio } from '../state/studio.ts'
import { currentStyle } from '../state/styles.ts'
import type { Progress } from '../studio/protocol.ts'
import { Icon } from './icons.tsx'
import { StyleSelect } from './settings-panel.tsx'

export const cameraOpen = signal(false)

type Trouble = 'denied' | 'none' | 'failed' | 'unrecorded'

/** The recording, until it is dismissed. */
interface Recorded {
  readonly blob: Blob
  readonly url: string
  readonly name: string
}

const stamp = (): string => new Date().toISOString().slice(0, 19).replace(/[T:]/g, '-')

const photograph = async (video: HTMLVideoElement): Promise<File> => {
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight)
  canvas.getContext('2d')!.drawImage(video, 0, 0)
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.95 })
  return new File([blob], `camera-${stamp()}.jpg`, { type: blob.type })
}

const RecordingTime = ({ since }: { since: number }) => {
  const now = useSignal(since)
  useEffect(() => {
    const timer = setInterval(() => {
      now.value = performance.now()
    }, 500)
    return () => clearInterval(timer)
  }, [])
  return <p class="viewfinder-recording">{messages.value.camera.recording(clock((now.value - since) / 1000))}</p>
}

const Camera = () => {
  const dialog = useRef<HTMLDialogElement>(null)
  const video = useRef<HTMLVideoElement>(null)
  const frame = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const feed = useRef<CameraFeed | undefined>(undefined)
  const saveButton = useRef<HTMLButtonElement>(null)
  const running = useSignal(false)
  const mirrored = useSignal(false)
  const trouble = useSignal<Trouble | undefined>(undefined)
  const seen = useSignal<Seen | undefined>(undefined)
  const progress = useSignal<Progress | undefined>(undefined)
  const recording = useSignal<number | undefined>(undefined)
  const recorded = useSignal<Recorded | undefined>(undefined)
  const all = useSignal<readonly string[]>([])
  const chosen = useSignal<string | undefined>(undefined)
  const words = messages.value
  const { camera } = words

  const close = (): void => {
    cameraOpen.value = false
  }

  const forgetRecorded = (): void => {
    if (recorded.value) URL.revokeObjectURL(recorded.value.url)
    recorded.value = undefined
  }

  useEffect(() => {
    const opened = dialog.current!
    opened.showModal()
    held.value = true
    return () => {
      held.value = false
      forgetRecorded()
      opened.close()
    }
  }, [])

  // The button that ended the recording is gone, so the next step's button gets the focus.
  useEffect(() => saveButton.current?.focus(), [recorded.value === undefined])

  // The camera itself.
  useEffect(() => {
    const screen = video.current!
    let stream: MediaStream | undefined
    let closed = false
    const start = async (): Promise<void> => {
      try {
        stream = await openCamera(chosen.value)
        if (closed) {
          for (const track of stream.getTracks()) track.stop()
          return
        }
        screen.srcObject = stream
        await screen.play()
        mirrored.value = stream.getVideoTracks()[0]?.getSettings().facingMode !== 'environment'
        all.value = await cameras()
        running.value = true
      } catch (error) {
        if (!closed) trouble.value = (error as Error).name === 'NotAllowedError' ? 'denied' : 'none'
      }
    }
    void start()
    return () => {
      closed = true
      running.value = false
      for (const track of stream?.getTracks() ?? []) track.stop()
    }
  }, [chosen.value])

  // Its drawing.
  const { strength, backend, faces, proportions, lashes, age, eyeColour } = settings.value
  const style = currentStyle.value.source
  useEffect(() => {
    if (!running.value || recorded.value) return undefined
    const drawn = faces === 'drawn' ? { lashes, age, eyeColour } : undefined
    const followed = faces === 'off' ? undefined : { drawn, proportions }
    const name = `live.${style.id}.${backend}.${faces}`
    const known = Number(recall(name) ?? 0)
    const live = new CameraFeed(
      studio,
      video.current!,
      canvas.current!,
      {
        style,
        strength,
        backend: chosenBackend.value,
        followed,
        side: known > 0 ? known : undefined,
      },
      {
        onSeen: ({ rate, ...rest }) => {
          const now = { rate: Math.round(rate), ...rest }
          // The page is re-rendered only when its text changes.
          if (JSON.stringify(now) === JSON.stringify(seen.value)) return
          if (now.width !== seen.value?.width) remember(name, String(Math.max(now.width, now.height)))
          seen.value = now
        },
        onProgress: (now) => {
          progress.value = now
        },
        onRecorded: (blob, extension) => {
          recording.value = undefined
          recorded.value = { blob, url: URL.createObjectURL(blob), name: `camera-${stamp()}.anime.${extension}` }
        },
        onUnrecorded: () => {
          recording.value = undefined
          trouble.value = 'unrecorded'
        },
      },
    )
    feed.current = live
    live.over.catch(() => {
      if (feed.current === live) trouble.value = 'failed'
    })
    return () => {
      feed.current = undefined
      seen.value = undefined
      recording.value = undefined
      live.close()
    }
  }, [running.value, recorded.value === undefined, style.id, strength, backend, faces, proportions])

  const turn = (): void => {
    const now = video.current?.srcObject as MediaStream | null
    const current = now?.getVideoTracks()[0]?.getSettings().deviceId ?? ''
    chosen.value = all.value[(all.value.indexOf(current) + 1) % all.value.length]
  }

  const stage = progress.value?.stage
  const waiting =
    stage === 'engine' || stage === 'style'
      ? words.progress[stage](percent(progress.value!.fraction))
      : words.progress.opening
  const facts = seen.value && camera.facts(rateOf(seen.value.rate), seen.value.width, seen.value.height)
  const hasView = seen.value !== undefined && trouble.value !== 'failed'
  return (
    <dialog class="camera panel" ref={dialog} aria-labelledby="camera-title" onClose={close}>
      <header>
        <h2 id="camera-title">{recorded.value ? camera.recorded : camera.title}</h2>
        <button type="button" class="round" aria-label={camera.close} title={camera.close} onClick={close}>
          <Icon name="close" />
        </button>
      </header>
      {trouble.value ? (
        <p class="notice bad" role="alert">
          <Icon name="alert" />
          <span>{camera[trouble.value]}</span>
        </p>
      ) : null}
      <div
        class="camera-stage"
        hidden={trouble.value === 'denied' || trouble.value === 'none' || recorded.value !== undefined}
      >
        <div class={`viewfinder ${mirrored.value ? 'mirrored' : ''}`} ref={frame}>
          <video
            ref={video}
            muted
            playsInline
            aria-label={camera.title}
            onResize={({ currentTarget: { videoWidth, videoHeight } }) =>
              frame.current!.style.setProperty('--ratio', String(videoWidth / videoHeight))
            }
          />
          <canvas
            ref={canvas}
            role="img"
            aria-label={camera.live}
            hidden={!hasView}
            data-testid="live"
            data-state={hasView ? 'live' : 'starting'}
          />
          {!facts && !trouble.value && <p class="viewfinder-facts">{waiting}</p>}
          {facts && <p class="viewfinder-facts">{facts}</p>}
          {recording.value !== undefined && <RecordingTime since={recording.value} />}
        </div>
      </div>
      {seen.value?.sparesFaces && !recorded.value && (
        <p class="notice" role="status" data-testid="spares-faces">
          <Icon name="alert" />
          <span>{camera.sparesFaces}</span>
        </p>
      )}
      {recorded.value ? (
        <>
          {/* biome-ignore lint/a11y/useMediaCaption: it has no sound */}
          <video class="recorded" src={recorded.value.url} controls autoplay loop playsInline data-testid="recorded" />
          <div class="camera-buttons">
            <button
              type="button"
              class="button primary"
              data-testid="save-recording"
              ref={saveButton}
              onClick={() => offer(recorded.value!.blob, recorded.value!.name)}
            >
              <Icon name="save" />
              <span>{words.save}</span>
            </button>
            <button type="button" class="button" data-testid="again" onClick={forgetRecorded}>
              <Icon name="camera" />
              <span>{camera.again}</span>
            </button>
          </div>
        </>
      ) : (
        <>
          <div class="camera-tools">
            <StyleSelect testId="live-style" />
            {all.value.length > 1 && (
              <button type="button" class="button" data-testid="turn" onClick={turn}>
                <Icon name="turn" />
                <span>{camera.turn}</span>
              </button>
            )}
          </div>
          <div class="camera-buttons">
            <button
              type="button"
              class="button primary"
              disabled={!running.value || recording.value !== undefined}
              data-testid="shoot"
              onClick={async () => {
                const file = await photograph(video.current!)
                close()
                await takeFiles([file])
              }}
            >
              <Icon name="camera" />
              <span>{camera.shoot}</span>
            </button>
            <button
              type="button"
              class={`button ${recording.value === undefined ? '' : 'recording'}`}
              disabled={!hasView}
              data-testid="record"
              onClick={() => {
                const on = recording.value === undefined
                trouble.value = undefined
                if (on) recording.value = performance.now()
                feed.current?.record(on)
              }}
            >
              <Icon name="record" />
              <span>{recording.value === undefined ? camera.record : camera.finish}</span>
            </button>
          </div>
        </>
      )}
    </dialog>
  )
}

export const CameraDialog = () => (cameraOpen.value ? <Camera /> : null)
