/** The photos as a strip: which are done, which wait, which failed. */
import { messages } from '../i18n/language.ts'
import { type Photo, photos, progress, removePhoto, shownKey, stateOf } from '../state/photos.ts'
import { Icon } from './icons.tsx'

const Entry = ({ photo }: { photo: Photo }) => {
  const words = messages.value
  const { key, file, opened } = photo
  const isShown = key === shownKey.value
  const queued = stateOf(photo)
  const state = queued === 'working' && progress.value?.key !== key ? 'waiting' : queued
  const label = words.photoOf(file.name, words.states[state])
  return (
    <li class="photo" data-testid="photo" data-state={state}>
      <button
        type="button"
        class="photo-show"
        aria-current={isShown}
        aria-label={label}
        title={label}
        onClick={() => {
          shownKey.value = key
        }}
      >
        {opened ? <img src={opened.thumbnailUrl} alt="" /> : <Icon name="photo" />}
        <span class="photo-state" aria-hidden="true">
          {state === 'done' && <Icon name="check" />}
          {state === 'error' && <Icon name="alert" />}
          {state === 'working' && <span class="spinner" />}
        </span>
      </button>
      <button
        type="button"
        class="photo-remove"
        aria-label={words.remove(file.name)}
        title={words.remove(file.name)}
        onClick={() => removePhoto(key)}
      >
        <Icon name="close" />
      </button>
    </li>
  )
}

export const PhotoList = () => (
  <ul class="photos" aria-label={messages.value.photos}>
    {photos.value.map((photo) => (
      <Entry key={photo.key} photo={photo} />
    ))}
  </ul>
)
