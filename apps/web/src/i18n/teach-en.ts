/** The words of "Teach it a style" in English, which also define the shape of the other languages'. They come with its dialog. */
import type { LessonProblem } from '../studio/problem.ts'
import { pluralOf } from './plural.ts'

const plural = pluralOf('en')

export const teachEn = {
  lead: 'Give it ten or more pictures of one kind of art. Your device learns to draw photos that way. Nothing is uploaded.',
  close: 'Close',
  art: 'Art to learn from',
  artHelp: 'Drawings or paintings by one hand: figures and places, whole pictures. Only art that you may use.',
  addArt: 'Choose art',
  drop: 'Drop pictures here, or',
  photos: 'Your photos',
  photosHelp: 'If you like: you see them change. The photos of this page, and those you have open, are added.',
  addPhotos: 'Choose photos',
  count: (count: number) => plural(count, 'One picture', `${count} pictures`),
  looking: (count: number) => plural(count, 'Looking at one file…', `Looking at ${count} files…`),
  missing: (count: number) =>
    `${plural(count, 'One more picture is', `${count} more pictures are`)} needed, each a different one: from fewer it would learn those pictures, not a style.`,
  unused: (count: number) => plural(count, 'One file is not used:', `${count} files are not used:`),
  twice: 'It is there already. Choose a different picture.',
  photographed:
    'A camera took most of these. Photos of drawings are fine; from photos of other things it cannot learn to draw.',
  removeArt: (name: string) => `Leave out ${name}`,
  start: 'Begin with',
  startHelp: 'The closer it is to your art, the sooner it is there.',
  name: 'Name',
  myStyle: 'My style',
  memory: 'This device has little memory, so it may stop. Close other tabs first. What was learned is kept.',
  threads: 'This browser gives the page one thread, so that learning takes several times as long.',
  begin: 'Start',
  preparing: 'Getting ready…',
  state: {
    training: 'Learning',
    resting: 'Paused. It is kept in this browser, even if you close the page.',
    done: 'It has learned what it can in one go. Keep it, or begin again with it.',
    finishing: 'Finishing your style…',
  },
  from: (title: string) => `begun with ${title}`,
  step: (step: string, steps: string) => `Step ${step} of ${steps}`,
  left: (time: string) => `about ${time} left`,
  keepAnyTime: 'You can keep it at any time.',
  loss: (value: string) => `Loss ${value}`,
  lossCurve: 'The loss, step by step',
  gpu: 'The graphics card learns',
  cpu: (threads: number) => `The processor learns, ${plural(threads, 'one thread', `${threads} threads`)}`,
  recovered: {
    webgpu: 'The graphics card failed; the processor goes on from where it was.',
    memory: 'Memory was short; it goes on from where it was, in smaller pieces.',
  },
  sample: (number: number, count: number) => `Photo ${number} of ${count}`,
  pause: 'Pause',
  resume: 'Go on',
  keep: 'Keep this style',
  discard: 'Discard',
  discardSure: 'Discard for good',
  kept: (title: string) => `${title} stands in the rail of styles and is kept in this browser.`,
  unkept: (title: string) =>
    `This browser has no space to keep ${title}. Save it as a file now; the page opens it again.`,
  draw: 'Draw with it',
  another: 'Teach another',
  problems: {
    lessonElsewhere: 'Another tab of this page is teaching a style. Go on there, or close that tab and try again.',
    lessonFull:
      'There is no space left to keep what is learned. Free some space on the disk, then go on: nothing kept is lost.',
    lessonUnkept:
      'This browser keeps nothing for this page, so a style cannot be taught. Open the page in a window that is not private.',
    lessonStart:
      'This style has another network, which cannot be taught here. Begin with Sora or another one of the page.',
  } satisfies Record<LessonProblem, string>,
}

/** The shape of every language's. */
export type TeachMessages = typeof teachEn
