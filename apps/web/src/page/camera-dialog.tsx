/** Taking a photo: the camera in a dialog, one button, and the camera is off again as soon as the dialog closes. */
import { signal, useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { messages } from '../i18n/language.ts'
import { takeFiles } from '../state/files.ts'
import { Icon } from './icons.tsx'

export const cameraOpen = signal(false)

const WANTED = { facingMode: 'environment', width: { ideal: 1920 }, height: { ideal: 1080 } }

const photograph = async (video: HTMLVideoElement): Promise<File> => {
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight)
  canvas.getContext('2d')!.drawImage(video, 0, 0)
  const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.95 })
  const time = new Date().toISOString().slice(0, 19).replace(/[T:]/g, '-')
  return new File([blob], `camera-${time}.jpg`, { type: blob.type })
}

const Camera = () => {
  const dialog = useRef<HTMLDialogElement>(null)
  const video = useRef<HTMLVideoElement>(null)
  const running = useSignal(false)
  const problem = useSignal<'denied' | 'none' | undefined>(undefined)
  const { camera } = messages.value
  const close = (): void => {
    cameraOpen.value = false
  }

  useEffect(() => {
    const opened = dialog.current!
    const screen = video.current!
    opened.showModal()
    let stream: MediaStream | undefined
    let closed = false
    const start = async (): Promise<void> => {
      try {
        stream = await navigator.mediaDevices.getUserMedia({ video: WANTED })
        if (closed) {
          for (const track of stream.getTracks()) track.stop()
          return
        }
        screen.srcObject = stream
        await screen.play()
        running.value = true
      } catch (error) {
        if (!closed) problem.value = (error as Error).name === 'NotAllowedError' ? 'denied' : 'none'
      }
    }
    void start()
    return () => {
      closed = true
      for (const track of stream?.getTracks() ?? []) track.stop()
      opened.close()
    }
  }, [])

  return (
    <dialog class="camera panel" ref={dialog} aria-labelledby="camera-title" onClose={close}>
      <header>
        <h2 id="camera-title">{camera.title}</h2>
        <button type="button" class="round" aria-label={camera.close} title={camera.close} onClick={close}>
          <Icon name="close" />
        </button>
      </header>
      {problem.value ? (
        <p class="notice bad" role="alert">
          <Icon name="alert" />
          <span>{camera[problem.value]}</span>
        </p>
      ) : null}
      <video ref={video} muted playsInline hidden={problem.value !== undefined} aria-label={camera.title} />
      <button
        type="button"
        class="button primary large"
        disabled={!running.value}
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
    </dialog>
  )
}

export const CameraDialog = () => (cameraOpen.value ? <Camera /> : null)
