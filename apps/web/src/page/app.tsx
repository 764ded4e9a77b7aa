/** The whole page: header, start view or workbench, footer, and overlays. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { chooseLanguage, type Language, language, languages, messages, number, percent } from '../i18n/language.ts'
import { takeFiles } from '../state/files.ts'
import { items, shown, stateOf } from '../state/items.ts'
import { notice } from '../state/notice.ts'
import { canKeep, keepAll, keeping, kept, megabytes } from '../state/offline.ts'
import { comparing, warm } from '../state/queue.ts'
import { chooseTheme, theme, themes } from '../state/settings.ts'
import { styles } from '../state/styles.ts'
import { teachAsked } from '../state/teach-asked.ts'
import { Actions } from './actions.tsx'
import { AdviceList } from './advice-list.tsx'
import { CameraDialog } from './camera-dialog.tsx'
import { CompareAllButton } from './compare-all-button.tsx'
import { Icon, Mark } from './icons.tsx'
import { ItemList } from './item-list.tsx'
import { late } from './late.tsx'
import { OpenButtons } from './open-buttons.tsx'
import { SettingsPanel } from './settings-panel.tsx'
import { Stage } from './stage.tsx'
import { Start } from './start.tsx'
import { StyleRail } from './style-rail.tsx'
import { LateTeachDialog } from './teach-door.tsx'

const LateCompareAll = late(
  async () => (await import('./compare-all.tsx')).CompareAll,
  () => {
    comparing.value = false
  },
)

const Header = () => {
  const words = messages.value
  const next = themes[(themes.indexOf(theme.value) + 1) % themes.length]
  const themeLabel = `${words.theme.label}: ${words.theme[theme.value]}`
  return (
    <header class="header">
      {items.value.length > 0 && (
        <a class="skip" href="#result">
          {words.skip}
        </a>
      )}
      <span class="brand">
        <Mark />
        <span>animegan</span>
      </span>
      <div class="header-tools">
        <select
          class="language"
          aria-label={words.language}
          data-testid="language"
          onChange={(event) => chooseLanguage(event.currentTarget.value as Language)}
        >
          {Object.entries(languages).map(([name, title]) => (
            <option key={name} value={name} selected={name === language.value} lang={name}>
              {title}
            </option>
          ))}
        </select>
        <button
          type="button"
          class="round"
          aria-label={themeLabel}
          title={themeLabel}
          data-testid="theme"
          onClick={() => chooseTheme(next)}
        >
          <Icon name={theme.value} />
        </button>
      </div>
    </header>
  )
}

const Workbench = () => {
  const item = shown.value
  if (!item) return null
  return (
    <div class="workbench">
      <h1 class="visually-hidden">{messages.value.title}</h1>
      <div class="bench-main">
        <Stage />
        {(item.opened || !item.problem) && (
          <div class="styles">
            <StyleRail styles={styles.value} pictureOf={(id) => item.looks[id] ?? undefined} />
            <CompareAllButton item={item} />
          </div>
        )}
        <div class="strip">
          <ItemList />
          <OpenButtons more />
        </div>
      </div>
      <div class="bench-side">
        <AdviceList item={item} />
        <Actions item={item} />
        <SettingsPanel />
      </div>
    </div>
  )
}

/** Tells screen readers when the shown item is done. */
const Announcer = () => {
  const item = shown.value
  const text = item && stateOf(item) === 'done' ? messages.value.progress.done(item.file.name) : ''
  return (
    <p class="visually-hidden" role="status">
      {text}
    </p>
  )
}

/** Where the program and the licences of all its parts are. */
const SOURCE = 'https://github.com/animegan/animegan'

/** What works offline, and how to have all of it. */
const Offline = () => {
  const { offline } = messages.value
  const at = keeping.value
  if (!canKeep.value) return crossOriginIsolated ? null : <span>{offline.oneThread}</span>
  return (
    <div class="offline" data-testid="offline" data-state={kept.value}>
      <span role="status">{at === undefined ? offline[kept.value] : offline.keeping(percent(at))}</span>
      {kept.value !== 'all' && at === undefined && (
        <button type="button" class="button small" data-testid="keep" onClick={() => void keepAll()}>
          <Icon name="save" />
          <span>{offline.keep(number(megabytes()))}</span>
        </button>
      )}
    </div>
  )
}

const filesOf = (transfer: DataTransfer | null): File[] => [...(transfer?.files ?? [])]

export const App = () => {
  const dragging = useSignal(false)
  const words = messages.value

  useEffect(() => {
    const isFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') ?? false
    const over = (event: DragEvent): void => {
      if (!isFiles(event)) return
      event.preventDefault()
      if (!dragging.value) warm()
      dragging.value = true
    }
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) dragging.value = false
    }
    const drop = (event: DragEvent): void => {
      dragging.value = false
      if (!isFiles(event)) return
      event.preventDefault()
      void takeFiles(filesOf(event.dataTransfer))
    }
    const paste = (event: ClipboardEvent): void => {
      const files = filesOf(event.clipboardData)
      if (files.length > 0) void takeFiles(files)
    }
    addEventListener('dragover', over)
    addEventListener('dragleave', leave)
    addEventListener('drop', drop)
    addEventListener('paste', paste)
    return () => {
      removeEventListener('dragover', over)
      removeEventListener('dragleave', leave)
      removeEventListener('drop', drop)
      removeEventListener('paste', paste)
    }
  }, [])

  return (
    <>
      <Header />
      <main class={items.value.length > 0 ? 'at-work' : ''}>
        {notice.value && (
          <div
            class={`notice main-notice ${notice.value.bad ? 'bad' : ''}`}
            role={notice.value.bad ? 'alert' : 'status'}
            data-testid="notice"
          >
            <Icon name={notice.value.bad ? 'alert' : 'check'} />
            <p>{notice.value.text}</p>
            <button
              type="button"
              class="round"
              aria-label={words.dismiss}
              title={words.dismiss}
              onClick={() => {
                notice.value = undefined
              }}
            >
              <Icon name="close" />
            </button>
          </div>
        )}
        {items.value.length > 0 ? <Workbench /> : <Start />}
      </main>
      <footer class="footer">
        <Offline />
        <a href={SOURCE} rel="noopener noreferrer" target="_blank">
          {words.source}
        </a>
      </footer>
      <Announcer />
      {dragging.value && (
        <div class="drop-veil" aria-hidden="true">
          <span>{words.open.dropping}</span>
        </div>
      )}
      <CameraDialog />
      {comparing.value && <LateCompareAll />}
      {teachAsked.value && <LateTeachDialog />}
    </>
  )
}
