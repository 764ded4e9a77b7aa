/**
 * The dialog "Teach it a style": pictures are gathered for a lesson; then samples change before the visitor's eyes while it is
 * learned. state/teaching.ts has what it shows.
 */
import { defaultThreads } from '@animegan/browser'
import { useSignal } from '@preact/signals'
import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import { duration, messages, number } from '../i18n/language.ts'
import { teachWords } from '../i18n/teach-words.ts'
import { saveStyle, styles } from '../state/styles.ts'
import { teachAsked } from '../state/teach-asked.ts'
import {
  beginLesson,
  closeTeaching,
  enoughArt,
  forgetLesson,
  type Gathered,
  gather,
  gathered,
  goOn,
  hindrance,
  keepLesson,
  lesson,
  lessonProgress,
  lookingAt,
  looksPhotographed,
  losses,
  openTeaching,
  type Pile,
  pauseLesson,
  refused,
  resumeTeaching,
  samples,
  startNewLesson,
  type Trouble,
  taught,
  teachProblem,
  teachStage,
  ungather,
} from '../state/teaching.ts'
import { FEWEST_ART } from '../teach/protocol.ts'
import { Compare } from './compare.tsx'
import { Icon, type IconName } from './icons.tsx'
import './teach.css'

const Say = ({ bad = false, children }: { bad?: boolean; children: ComponentChildren }) => (
  <div class={`notice ${bad ? 'bad' : ''}`} role={bad ? 'alert' : 'status'} data-testid="teach-notice">
    <Icon name={bad ? 'alert' : 'bulb'} />
    <div>{children}</div>
  </div>
)

/** The sentence for what may go wrong. */
const sentenceOf = (trouble: Trouble): string => {
  const sentences = { ...messages.value.problems, ...teachWords.value.problems }
  return sentences[trouble]
}

const TroubleNow = () => (teachProblem.value ? <Say bad>{sentenceOf(teachProblem.value)}</Say> : null)

/** What was gathered, each to be left out again. */
const Pictures = ({ pile, pictures }: { pile: Pile; pictures: readonly Gathered[] }) => (
  <ul class="teach-pictures" data-testid={`teach-${pile}-list`}>
    {pictures.map(({ key, name, url }) => (
      <li key={key}>
        <img src={url} alt={name} />
        <button
          type="button"
          class="item-remove"
          aria-label={teachWords.value.removeArt(name)}
          title={teachWords.value.removeArt(name)}
          onClick={() => ungather(pile, key)}
        >
          <Icon name="close" />
        </button>
      </li>
    ))}
  </ul>
)

interface PileProps {
  readonly pile: Pile
  readonly icon: IconName
  readonly title: string
  readonly help: string
  readonly add: string
}

/** A pile of pictures: files are chosen, or dropped on it. */
const PileField = ({ pile, icon, title, help, add }: PileProps) => {
  const words = teachWords.value
  const over = useSignal(false)
  const id = useId()
  const pictures = gathered[pile].value
  return (
    <section
      class={`teach-pile ${over.value ? 'over' : ''} ${pictures.length === 0 ? 'empty' : ''}`}
      aria-labelledby={id}
      onDragOver={(event) => {
        event.preventDefault()
        event.stopPropagation()
        over.value = true
      }}
      onDragLeave={() => {
        over.value = false
      }}
      onDrop={(event) => {
        event.preventDefault()
        event.stopPropagation()
        over.value = false
        void gather(pile, [...(event.dataTransfer?.files ?? [])])
      }}
    >
      <div class="teach-pile-head">
        <h3 id={id}>{title}</h3>
        {pictures.length > 0 && <span class="teach-count">{words.count(pictures.length)}</span>}
      </div>
      <p class="help">{help}</p>
      {pictures.length > 0 ? <Pictures pile={pile} pictures={pictures} /> : <p class="hint">{words.drop}</p>}
      <label class={`button ${pile === 'art' && pictures.length === 0 ? 'primary' : ''}`}>
        <Icon name={icon} />
        <span>{add}</span>
        <input
          class="visually-hidden"
          type="file"
          multiple
          accept="image/*,.heic,.heif,.hif,.jxl,.jp2"
          data-testid={`teach-${pile}`}
          onKeyDown={(event) => {
            if (event.key === 'Enter') event.currentTarget.click()
          }}
          onChange={(event) => {
            const input = event.currentTarget
            const files = [...(input.files ?? [])]
            input.value = ''
            void gather(pile, files)
          }}
        />
      </label>
    </section>
  )
}

/** What keeps the lesson from being begun, or may disappoint. */
const Remarks = () => {
  const { ofFile } = messages.value
  const words = teachWords.value
  const art = gathered.art.value
  const hindered = hindrance()
  return (
    <>
      {refused.value.length > 0 && (
        <Say bad>
          <p>{words.unused(refused.value.length)}</p>
          <ul>
            {refused.value.slice(0, 5).map(({ name, code }) => (
              <li key={name}>{ofFile(name, code === 'twice' ? words.twice : sentenceOf(code))}</li>
            ))}
          </ul>
        </Say>
      )}
      {art.length > 0 && !enoughArt.value && lookingAt.value === 0 && (
        <Say>{words.missing(FEWEST_ART - art.length)}</Say>
      )}
      {looksPhotographed.value && <Say>{words.photographed}</Say>}
      {hindered && <Say>{words[hindered]}</Say>}
      <TroubleNow />
    </>
  )
}

const Gathering = () => {
  const words = teachWords.value
  const id = useId()
  const name = useSignal('')
  const start = useSignal(styles.value[0].id)
  const looking = lookingAt.value
  const chosen = styles.value.find((style) => style.id === start.value) ?? styles.value[0]
  return (
    <form
      class="teach-form"
      onSubmit={(event) => {
        event.preventDefault()
        void beginLesson(name.value.trim() || words.myStyle, chosen)
      }}
    >
      <p class="teach-lead">{words.lead}</p>
      <div class="teach-piles">
        <PileField pile="art" icon="plus" title={words.art} help={words.artHelp} add={words.addArt} />
        <PileField pile="photos" icon="photo" title={words.photos} help={words.photosHelp} add={words.addPhotos} />
      </div>
      <Remarks />
      <div class="teach-fields">
        <div class="field">
          <label for={`${id}-start`}>{words.start}</label>
          <select
            id={`${id}-start`}
            data-testid="teach-start"
            aria-describedby={`${id}-help`}
            onChange={(event) => {
              start.value = event.currentTarget.value
            }}
          >
            {styles.value.map((style) => (
              <option key={style.id} value={style.id} selected={style.id === start.value}>
                {style.title}
              </option>
            ))}
          </select>
          <p class="help" id={`${id}-help`}>
            {words.startHelp}
          </p>
        </div>
        <div class="field">
          <label for={`${id}-name`}>{words.name}</label>
          <input
            id={`${id}-name`}
            type="text"
            maxLength={40}
            placeholder={words.myStyle}
            value={name.value}
            data-testid="teach-name"
            onInput={(event) => {
              name.value = event.currentTarget.value
            }}
          />
        </div>
        <button
          type="submit"
          class="button primary large"
          disabled={!enoughArt.value || looking > 0}
          data-testid="teach-begin"
        >
          <span>{looking > 0 ? words.looking(looking) : words.begin}</span>
        </button>
      </div>
    </form>
  )
}

/** The loss over the steps, smoothed, in the shape of a line. */
const Curve = () => {
  const values = losses.value
  const points = smoothed(values)
  const [least, most] = [Math.min(...points), Math.max(...points)]
  const at = (value: number, i: number): string => {
    const x = points.length > 1 ? (100 * i) / (points.length - 1) : 0
    const y = most > least ? 27 - (24 * (value - least)) / (most - least) : 15
    return `${x.toFixed(2)},${y.toFixed(2)}`
  }
  return (
    <svg class="teach-curve" viewBox="0 0 100 30" preserveAspectRatio="none" role="img">
      <title>{teachWords.value.lossCurve}</title>
      <polyline points={points.map(at).join(' ')} />
    </svg>
  )
}

/** Single steps see other pictures, so that their losses jump. */
const smoothed = (values: readonly number[]): number[] => {
  let mean = values[0] ?? 0
  return values.map((value, i) => {
    mean += (value - mean) / Math.min(i + 1, 12)
    return mean
  })
}

/** The samples: one large, with a line between before and after, and all of them to choose from. */
const Samples = () => {
  const words = teachWords.value
  const group = useId()
  const at = useSignal(0)
  const all = samples.value
  const shown = all[at.value] ?? all[0]
  if (!shown) return null
  return (
    <div class="teach-samples" data-testid="teach-samples" data-drawn={shown.drawn !== undefined}>
      <div class="teach-stage panel">
        <Compare
          before={shown.photo}
          after={shown.drawn}
          afterWord={lesson.value?.title}
          width={shown.width}
          height={shown.height}
          zoomable={false}
        />
      </div>
      <fieldset class="teach-strip">
        <legend class="visually-hidden">{words.photos}</legend>
        {all.map((sample, i) => (
          <label key={sample.photo} class="sample" title={words.sample(i + 1, all.length)}>
            <input
              class="visually-hidden"
              type="radio"
              name={group}
              checked={sample === shown}
              onChange={() => {
                at.value = i
              }}
            />
            <img class="sample-picture" src={sample.drawn ?? sample.photo} alt={words.sample(i + 1, all.length)} />
          </label>
        ))}
      </fieldset>
    </div>
  )
}

const Facts = () => {
  const words = teachWords.value
  const { steps } = lesson.value!
  const now = lessonProgress.value
  const stage = teachStage.value
  const isDone = now?.step === steps
  const state = stage === 'resting' && isDone ? 'done' : stage
  const isBusy = stage === 'finishing' || (stage === 'training' && !now)
  return (
    <>
      <p class="teach-state" role="status" data-testid="teach-state" data-state={state}>
        {stage === 'training' && !now ? words.preparing : words.state[state as keyof typeof words.state]}
      </p>
      <progress
        aria-label={words.state.training}
        max={1}
        value={isBusy ? undefined : (now?.step ?? 0) / steps}
        data-testid="teach-progress"
      />
      {now && (
        <>
          <p class="teach-facts">
            <span data-testid="teach-step" data-step={now.step}>
              {words.step(number(now.step), number(steps))}
            </span>
            {stage === 'training' && !isDone && <span>{words.left(duration((steps - now.step) * now.pace))}</span>}
          </p>
          <Curve />
          <p class="teach-facts">
            <span>{words.loss(number(now.loss, 3))}</span>
            <span>{now.backend === 'webgpu' ? words.gpu : words.cpu(defaultThreads())}</span>
          </p>
          {now.recovered && <Say>{words.recovered[now.recovered]}</Say>}
        </>
      )}
    </>
  )
}

/** Discarding is asked for twice. */
const Discard = () => {
  const words = teachWords.value
  const asked = useSignal(false)
  return (
    <button
      type="button"
      class="button quiet small"
      data-testid="teach-discard"
      onBlur={() => {
        asked.value = false
      }}
      onClick={() => {
        if (asked.value) void forgetLesson()
        asked.value = !asked.value
      }}
    >
      {asked.value ? words.discardSure : words.discard}
    </button>
  )
}

const AtWork = () => {
  const words = teachWords.value
  const { title, startTitle, art } = lesson.value!
  const stage = teachStage.value
  const step = lessonProgress.value?.step
  const isDone = step === lesson.value!.steps
  const pictures = useRef<string[]>([])
  if (pictures.current.length === 0) pictures.current = art.map((blob) => URL.createObjectURL(blob))
  useEffect(
    () => () => {
      for (const url of pictures.current) URL.revokeObjectURL(url)
    },
    [],
  )
  return (
    <div class="teach-work">
      <Samples />
      <div class="teach-side">
        <h3 class="teach-name">{title}</h3>
        <p class="help">{words.from(startTitle)}</p>
        <Facts />
        <TroubleNow />
        <div class="teach-buttons">
          {!isDone && (
            <button
              type="button"
              class={`button ${stage === 'training' ? '' : 'primary'}`}
              disabled={stage === 'finishing'}
              data-testid={stage === 'training' ? 'teach-pause' : 'teach-resume'}
              onClick={() => void (stage === 'training' ? pauseLesson() : goOn())}
            >
              <Icon name={stage === 'training' ? 'pause' : 'play'} />
              <span>{stage === 'training' ? words.pause : words.resume}</span>
            </button>
          )}
          <button
            type="button"
            class={`button ${stage === 'training' || isDone ? 'primary' : ''}`}
            disabled={stage === 'finishing' || (stage === 'training' && step === undefined)}
            data-testid="teach-keep"
            onClick={() => void keepLesson()}
          >
            <Icon name="check" />
            <span>{words.keep}</span>
          </button>
        </div>
        {stage === 'training' && <p class="help">{words.keepAnyTime}</p>}
        <ul class="teach-pictures small" aria-label={words.art}>
          {pictures.current.map((url) => (
            <li key={url}>
              <img src={url} alt="" />
            </li>
          ))}
        </ul>
        <Discard />
      </div>
    </div>
  )
}

const Kept = () => {
  const words = teachWords.value
  const { id, title, isKept } = taught.value!
  return (
    <div class="teach-work">
      <Samples />
      <div class="teach-side">
        <h3 class="teach-name">{title}</h3>
        <Say bad={!isKept}>{isKept ? words.kept(title) : words.unkept(title)}</Say>
        <div class="teach-buttons">
          <button type="button" class="button primary" data-testid="teach-draw" onClick={() => void closeTeaching()}>
            <Icon name="check" />
            <span>{words.draw}</span>
          </button>
          <button type="button" class="button" data-testid="teach-save" onClick={() => saveStyle(id)}>
            <Icon name="save" />
            <span>{messages.value.style.save}</span>
          </button>
          <button type="button" class="button quiet" data-testid="teach-another" onClick={startNewLesson}>
            {words.another}
          </button>
        </div>
      </div>
    </div>
  )
}

const Content = () => {
  const stage = teachStage.value
  if (stage === 'looking') return <p class="teach-wait">{teachWords.value.preparing}</p>
  if (stage === 'refused') return <TroubleNow />
  if (stage === 'gathering') return <Gathering />
  return stage === 'kept' ? <Kept /> : <AtWork />
}

const Dialog = () => {
  const dialog = useRef<HTMLDialogElement>(null)
  const words = teachWords.value
  useEffect(() => {
    const opened = dialog.current!
    opened.showModal()
    return () => opened.close()
  }, [])
  return (
    <dialog
      class="teach panel"
      ref={dialog}
      aria-labelledby="teach-title"
      data-testid="teach-dialog"
      data-stage={teachStage.value}
      onClose={() => void closeTeaching()}
    >
      <header>
        <h2 id="teach-title">{messages.value.teach.title}</h2>
        <button
          type="button"
          class="round"
          aria-label={words.close}
          title={words.close}
          onClick={() => void closeTeaching()}
        >
          <Icon name="close" />
        </button>
      </header>
      <Content />
    </dialog>
  )
}

/** Opens as it was asked for. */
export const TeachDialog = () => {
  useEffect(() => {
    void (teachAsked.value === 'opened' ? openTeaching() : resumeTeaching())
  }, [])
  return teachStage.value === 'closed' ? null : <Dialog />
}
