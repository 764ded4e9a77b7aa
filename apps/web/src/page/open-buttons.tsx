/** The buttons for input: the file input, also used by tests, and the camera. */
import { messages } from '../i18n/language.ts'
import { takeFiles } from '../state/files.ts'
import { kept } from '../state/offline.ts'
import { warm } from '../state/queue.ts'
import { cameraOpen } from './camera-dialog.tsx'
import { Icon } from './icons.tsx'

const ACCEPTED = 'image/*,.heic,.heif,.hif,.jxl,.jp2,video/*,.mkv,.safetensors,.pt,.pth,.onnx,.tflite'

export const OpenButtons = ({ more = false }: { more?: boolean }) => {
  const { open } = messages.value
  return (
    <div class="open-buttons">
      <label
        class={`button ${more ? '' : 'primary large'}`}
        onPointerEnter={() => {
          // What is here already may start early; nothing is fetched unasked.
          if (kept.value !== 'nothing') warm()
        }}
      >
        <Icon name={more ? 'plus' : 'photo'} />
        <span>{more ? open.more : open.choose}</span>
        <input
          class="visually-hidden"
          type="file"
          multiple
          accept={ACCEPTED}
          data-testid="open"
          onClick={() => warm()}
          onKeyDown={(event) => {
            // The file field reacts only to the space bar; it looks like a button, so it should act like one.
            if (event.key === 'Enter') event.currentTarget.click()
          }}
          onChange={(event) => {
            const input = event.currentTarget
            const files = [...(input.files ?? [])]
            input.value = '' // so that the same file can be chosen again
            void takeFiles(files)
          }}
        />
      </label>
      <button
        type="button"
        class={`button ${more ? '' : 'large'}`}
        data-testid="camera"
        onClick={() => {
          cameraOpen.value = true
        }}
      >
        <Icon name="camera" />
        <span>{open.camera}</span>
      </button>
    </div>
  )
}
