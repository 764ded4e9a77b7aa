/**
 * The settings for all items. At hand: strength and faces; under More: how characters are drawn, brush, size, format,
 * engine, and whose style it is. The style itself is chosen in its rail.
 */
import { signal, useSignal } from '@preact/signals'
import { useId } from 'preact/hooks'
import { creditOf, messages, percent, tenths } from '../i18n/language.ts'
import { takeFiles } from '../state/files.ts'
import { formats, type Item, shown, update } from '../state/items.ts'
import { recall, remember } from '../state/memory.ts'
import {
  ageKinds,
  backends,
  clipFormats,
  effects,
  faceModes,
  lashKinds,
  proportionsOf,
  set,
  settings,
  sizes,
} from '../state/settings.ts'
import { currentStyle, removeStyle, saveStyle, styles } from '../state/styles.ts'
import type { ClipPart, Opened } from '../studio/protocol.ts'
import { Icon } from './icons.tsx'

const MORE = 'more'
const moreOpen = signal(recall(MORE) === 'open')

interface Choice<T extends string | number> {
  readonly label: string
  readonly value: T
  readonly options: readonly (readonly [T, string])[]
  readonly onChoose: (value: T) => void
  readonly help?: string
  readonly testId?: string
}

const Select = <T extends string | number>({ label, value, options, onChoose, help, testId }: Choice<T>) => {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        value={value}
        data-testid={testId}
        aria-describedby={help ? `${id}-help` : undefined}
        onChange={(event) => onChoose(options[event.currentTarget.selectedIndex][0])}
      >
        {options.map(([option, text]) => (
          <option key={option} value={option} selected={option === value}>
            {text}
          </option>
        ))}
      </select>
      {help && (
        <p class="help" id={`${id}-help`}>
          {help}
        </p>
      )}
    </div>
  )
}

export const Chips = <T extends string>({ label, value, options, onChoose, help, testId }: Choice<T>) => {
  const id = useId()
  return (
    <fieldset class="field chips-field" aria-describedby={help ? `${id}-help` : undefined}>
      <legend>{label}</legend>
      <div class="chips">
        {options.map(([option, text]) => (
          <label key={option} class="chip">
            <input
              class="visually-hidden"
              type="radio"
              name={id}
              checked={option === value}
              data-testid={testId && `${testId}-${option}`}
              onChange={() => onChoose(option)}
            />
            <span>{text}</span>
          </label>
        ))}
      </div>
      {help && (
        <p class="help" id={`${id}-help`}>
          {help}
        </p>
      )}
    </fieldset>
  )
}

/** The choice of a style only, also used by the camera. */
export const StyleSelect = ({ testId }: { testId: string }) => (
  <Select
    label={messages.value.style.label}
    value={currentStyle.value.id}
    options={styles.value.map((entry) => [entry.id, entry.title] as const)}
    onChoose={(styleId) => set({ styleId })}
    testId={testId}
  />
)

/** Whose style it is, and the visitor's own styles. */
const StyleField = () => {
  const { style } = messages.value
  const { id, title, licence, attribution, own } = currentStyle.value
  return (
    <div class="style-field">
      <p class="help" data-testid="style-about">
        <strong>{title}</strong>
        {attribution && ` ${creditOf(attribution)}`}
        {' · '}
        {style.licence(licence)}
      </p>
      <div class="row">
        <label class="button small" title={style.openHelp}>
          <Icon name="plus" />
          <span>{style.open}</span>
          <input
            class="visually-hidden"
            type="file"
            accept=".safetensors,.pt,.pth,.onnx,.tflite"
            data-testid="open-style"
            aria-description={style.openHelp}
            onChange={(event) => {
              const input = event.currentTarget
              const files = [...(input.files ?? [])]
              input.value = ''
              void takeFiles(files)
            }}
          />
        </label>
        {own && (
          <>
            <button type="button" class="button small" data-testid="save-style" onClick={() => saveStyle(id)}>
              <Icon name="save" />
              <span>{style.save}</span>
            </button>
            <button type="button" class="button small" onClick={() => void removeStyle(id)}>
              {style.remove(title)}
            </button>
          </>
        )}
      </div>
    </div>
  )
}

interface Share {
  readonly label: string
  /** 0 to 1. */
  readonly value: number
  readonly onChoose: (value: number) => void
  readonly disabled?: boolean
  readonly testId: string
}

const ShareSlider = ({ label, value, onChoose, disabled = false, testId }: Share) => {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>
        {label} <output>{percent(value)}</output>
      </label>
      <input
        id={id}
        type="range"
        min={0}
        max={100}
        value={Math.round(value * 100)}
        aria-valuetext={percent(value)}
        disabled={disabled}
        data-testid={testId}
        onInput={(event) => onChoose(event.currentTarget.valueAsNumber / 100)}
      />
    </div>
  )
}

/** A colour to begin with, where none was chosen before. */
const firstColour = '#3a7bd5'

/** The colour of characters' irises: the person's own, or any. */
const EyeColourField = () => {
  const words = messages.value.faces
  const { eyeColour } = settings.value
  const chosen = useSignal(eyeColour === 'auto' ? firstColour : eyeColour)
  return (
    <div class="field eye-colour">
      <Chips
        label={words.eyeColour.label}
        value={eyeColour === 'auto' ? 'auto' : 'chosen'}
        options={(['auto', 'chosen'] as const).map((kind) => [kind, words.eyeColour[kind]] as const)}
        onChoose={(kind) => set({ eyeColour: kind === 'auto' ? 'auto' : chosen.value })}
        testId="eye-colour"
      />
      {eyeColour !== 'auto' && (
        <input
          type="color"
          value={eyeColour}
          aria-label={words.eyeColour.label}
          data-testid="eye-colour"
          onChange={(event) => {
            chosen.value = event.currentTarget.value
            set({ eyeColour: chosen.value })
          }}
        />
      )}
    </div>
  )
}

/** How faces are drawn as characters. */
const CharacterFields = () => {
  const words = messages.value.faces
  const { lashes, age } = settings.value
  return (
    <>
      <div class="pair">
        <Select
          label={words.lashes.label}
          value={lashes}
          options={lashKinds.map((kind) => [kind, words.lashes[kind]] as const)}
          onChoose={(kind) => set({ lashes: kind })}
          testId="lashes"
        />
        <Select
          label={words.age.label}
          value={age}
          options={ageKinds.map((kind) => [kind, words.age[kind]] as const)}
          onChoose={(kind) => set({ age: kind })}
          testId="age"
        />
      </div>
      <EyeColourField />
    </>
  )
}

/** How faces of photos and clips are handled. */
const FaceFields = () => {
  const words = messages.value.faces
  const { faces } = settings.value
  const found = faces === 'off' ? undefined : shown.value?.faces?.length
  return (
    <>
      <Chips
        label={words.label}
        value={faces}
        options={faceModes.map((mode) => [mode, words[mode]] as const)}
        onChoose={(mode) => set({ faces: mode })}
        help={found === undefined ? words.help[faces] : words.found(found)}
        testId="faces"
      />
      <ShareSlider
        label={words.proportions}
        value={proportionsOf(faces === 'drawn')}
        onChoose={(share) => set({ proportions: share })}
        disabled={faces === 'off'}
        testId="proportions"
      />
    </>
  )
}

/** The file format of results; of a clip those that this browser can write. */
const FormatField = ({ clip }: { clip: Opened['clip'] }) => {
  const { format: words } = messages.value
  const { format, clipFormat } = settings.value
  if (!clip) {
    return (
      <Select
        label={words.label}
        value={format}
        options={[
          ['same', words.same] as const,
          ...formats.value.map((name) => [name, name === 'webp' ? 'WebP' : name.toUpperCase()] as const),
        ]}
        onChoose={(name) => set({ format: name })}
        testId="format"
      />
    )
  }
  const offered = clipFormats.filter((name) => clip.formats.includes(name))
  return (
    <Select
      label={words.label}
      value={offered.find((name) => name === clipFormat) ?? 'same'}
      options={[
        ['same', words.sameClip] as const,
        ...offered.map((name) => [name, name === 'animation' ? words.animation : clipFormatNames[name]] as const),
      ]}
      onChoose={(name) => set({ clipFormat: name })}
      testId="clip-format"
    />
  )
}

const clipFormatNames = { mp4: 'MP4', webm: 'WebM' } as const

/** What is changed seldom. Whether it is open is remembered. */
const More = ({ clip }: { clip: Opened['clip'] }) => {
  const words = messages.value
  const { effect, faces, size, backend } = settings.value
  return (
    <details
      class="more"
      open={moreOpen.value}
      onToggle={(event) => {
        moreOpen.value = event.currentTarget.open
        remember(MORE, moreOpen.value ? 'open' : 'closed')
      }}
    >
      <summary data-testid="more">{words.more}</summary>
      <div class="more-fields">
        {faces === 'drawn' && <CharacterFields />}
        <Chips
          label={words.effect.label}
          value={effect}
          options={effects.map((name) => [name, words.effect[name]] as const)}
          onChoose={(name) => set({ effect: name })}
          help={words.effect.help}
          testId="effect"
        />
        <div class="pair">
          <Select
            label={words.size.label}
            value={size}
            options={sizes.map(
              (side) => [side, side === 0 ? words.size.original : words.size.pixels(String(side))] as const,
            )}
            onChoose={(side) => set({ size: side })}
            testId="size"
          />
          <FormatField clip={clip} />
        </div>
        <Select
          label={words.engine.label}
          value={backend}
          options={backends.map((name) => [name, words.engine[name]] as const)}
          onChoose={(name) => set({ backend: name })}
          testId="backend"
        />
        <StyleField />
      </div>
    </details>
  )
}

/** Least seconds of a clip's part. */
const LEAST_PART = 0.2

/** The part of a clip to draw. It takes effect when the clip is drawn again. */
const PartFields = ({ item }: { item: Item }) => {
  const words = messages.value.clip
  const id = useId()
  const { seconds } = item.opened?.clip ?? {}
  if (!seconds || seconds <= LEAST_PART) return null
  const { start, end } = item.part ?? { start: 0, end: seconds }
  const choose = (part: ClipPart): void =>
    update(item.key, { part: part.start <= 0 && part.end >= seconds ? undefined : part })
  const field = (name: 'start' | 'end', value: number, onChoose: (value: number) => void) => (
    <div class="field">
      <label for={`${id}-${name}`}>
        {words[name]} <output>{tenths(value)}</output>
      </label>
      <input
        id={`${id}-${name}`}
        type="range"
        min={0}
        max={seconds}
        step={0.1}
        value={value}
        aria-valuetext={tenths(value)}
        data-testid={`part-${name}`}
        onChange={(event) => onChoose(event.currentTarget.valueAsNumber)}
      />
    </div>
  )
  return (
    <div class="pair">
      {field('start', start, (value) => choose({ start: Math.min(value, end - LEAST_PART), end }))}
      {field('end', end, (value) => choose({ start, end: Math.max(value, start + LEAST_PART) }))}
    </div>
  )
}

export const SettingsPanel = () => {
  const words = messages.value
  const item = shown.value
  const clip = item?.opened?.clip
  return (
    <section class="settings panel" aria-label={words.settings}>
      {item && clip && <PartFields item={item} />}
      <ShareSlider
        label={words.strength}
        value={settings.value.strength}
        onChoose={(share) => set({ strength: share })}
        testId="strength"
      />
      <FaceFields />
      <More clip={clip} />
    </section>
  )
}
