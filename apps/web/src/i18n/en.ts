/** The page's text in English, which also defines the shape of the other languages' catalogues. */
import type { Backend } from '@animegan/browser'
import type { Advice, FaceAdvice } from '@animegan/core'
import type { ProblemCode } from '../studio/problem.ts'
import type { ClipNote } from '../studio/protocol.ts'
import { pluralOf } from './plural.ts'

const plural = pluralOf('en')

export const en = {
  title: 'animegan: your photo as anime',
  tagline: 'Your photo, drawn as anime.',
  lead: 'Photos, clips, or live from the camera: drawn here, on your own device. No queue, no account, no upload.',
  skip: 'Skip to the picture',
  language: 'Language',
  theme: { label: 'Appearance', auto: 'Same as the system', light: 'Light', dark: 'Dark' },
  open: {
    choose: 'Choose photos or clips',
    more: 'Add more',
    camera: 'Use the camera',
    drop: 'or drop them anywhere, or paste',
    dropping: 'Drop to turn into anime',
    examples: 'Photos to try',
    example: { face: 'A face', group: 'A group', landscape: 'A landscape' },
    tryIt: 'Try it with this photo',
  },
  points: { local: 'Stays on your device', free: 'Free, open source', offline: 'Can be kept for offline' },
  offline: {
    oneThread: 'This browser keeps nothing for offline and draws on one thread, which is slower.',
    nothing: 'Offline, this page opens but cannot draw yet.',
    style: 'Offline, the chosen style works.',
    all: 'Everything works offline.',
    keep: (megabytes: string) => `Keep for offline (${megabytes} MB)`,
    keeping: (percent: string) => `Keeping for offline: ${percent}`,
  },
  items: 'Photos and clips',
  itemOf: (name: string, state: string) => `${name}: ${state}`,
  doneOf: (done: string, count: string) => `${done} of ${count} done`,
  remove: (name: string) => `Remove ${name}`,
  states: { waiting: 'waiting', working: 'being drawn', paused: 'paused', done: 'done', error: 'failed' },
  result: 'Picture',
  before: 'Before',
  after: 'After',
  compare: 'Compare before and after',
  compareAt: (percent: string) => `${percent} of the original`,
  zoom: {
    in: 'Zoom in',
    out: 'Zoom out',
    fit: 'Show all',
    help: 'Plus and minus zoom, the arrow keys move the dividing line, Shift with arrow keys the picture',
  },
  progress: {
    engine: (percent: string) => `Fetching the engine, once: ${percent}`,
    style: (percent: string) => `Fetching the style, once: ${percent}`,
    look: 'Drawing a first look',
    faces: 'Looking for faces',
    picture: (percent: string) => `Drawing: ${percent}`,
    redraw: (percent: string) => `Drawing the faces: ${percent}`,
    service: (percent: string) => `The server draws it: ${percent}`,
    /** The last three if known: frames per second, time left, frames from before. */
    clip: (percent: string, rate: string, left: string, kept: string) =>
      [`Drawing: ${percent}`, rate, left, kept].filter(Boolean).join(' · '),
    opening: 'Opening',
    starting: 'Starting…',
    done: (name: string) => `${name} is done`,
  },
  stop: 'Stop',
  /** Where the site's server draws for slow devices. */
  service: {
    lead: 'Photos, clips, or live from the camera: drawn here, on your own device. No queue, no account. A photo is uploaded only if you press the button for it.',
    local: 'Stays on your device, unless you send it',
    offer: (time: string, hours: string, count: number) =>
      `This device needs about ${time} for this photo. This site’s server can draw it, but then the photo leaves your device. The server deletes it once it is drawn, and the result once you have it, ${plural(count, 'at the latest after an hour', `at the latest after ${hours} hours`)}.`,
    send: 'Send this photo to the server',
    stay: 'Draw it here',
    declined: 'The server is busy or cannot be reached. Your device draws this photo.',
  },
  clip: {
    start: 'Start',
    end: 'End',
    pause: 'Pause',
    resume: 'Resume',
    paused: (percent: string) => `Paused at ${percent}. Finished frames are kept, even if you close the page.`,
    rate: (frames: string, count: number) => plural(count, `${frames} frame/s`, `${frames} frames/s`),
    left: (time: string) => `${time} left`,
    kept: (frames: string) => `${frames} frames already done`,
    outdated: 'This clip was started with other settings.',
    redraw: 'Redraw',
    watch: (time: string) => `Play the first ${time}`,
    leave: 'Show the drawing',
    copy: 'Copy this frame',
    copied: 'The frame is copied. Paste it wherever you like.',
    play: 'Play',
    halt: 'Pause the clip',
    position: 'Position in the clip',
    sound: 'Sound on',
    silence: 'Sound off',
    facts: (frames: string, count: number) => plural(count, `${frames} frame`, `${frames} frames`),
    notes: {
      cutShort: (at) => `The clip is damaged or cut off after ${at}. This is what could be read.`,
      hdr: () => 'Its high dynamic range has become standard.',
      soundLost: () => 'This browser cannot keep its kind of sound, so it is left out.',
    } satisfies Record<ClipNote, (at: string) => string>,
    still: 'Only the first frame of this animation can be read in this browser. Another browser may read all of them.',
    saveAs: 'Save as…',
    saveWhenDone: 'Save when done…',
    willSave: (name: string) => `Goes to ${name} when done`,
    saved: (name: string) => `Saved as ${name}.`,
    saveFailed: 'It could not be written there. Use Save instead.',
  },
  retry: 'Try again',
  startOver: 'Start over',
  undoStartOver: 'Bring everything back',
  settings: 'Settings',
  more: 'More',
  style: {
    label: 'Style',
    all: 'Compare all',
    open: 'Open a style file',
    openHelp:
      'A style (.safetensors), AnimeGAN weights from PyTorch (.pt, .pth), or a model that draws pictures (.onnx, .tflite). Kept in this browser only.',
    remove: (title: string) => `Remove the style ${title}`,
    licence: (licence: string) => `Licence: ${licence}`,
    by: (who: string) => `by ${who}`,
    /** Who made a style, and whose art it was learned from. */
    learned: (who: string, from: string) => `by ${who}, learned from art of ${from}`,
    added: (title: string) => `The style ${title} is added and kept in this browser.`,
    save: 'Save as a style file',
  },
  teach: {
    title: 'Teach it a style',
    door: 'Your own',
  },
  strength: 'Strength',
  effect: {
    label: 'Brush',
    help: 'A bolder brush draws larger shapes, faster. Fine draws every pixel and takes longest.',
    auto: 'Auto',
    fine: 'Fine',
    medium: 'Medium',
    bold: 'Bold',
  },
  faces: {
    label: 'Faces',
    help: {
      drawn: 'Faces become anime characters, if they are large enough and turned to the camera.',
      styled: 'Each face is redrawn at the size this style does best.',
      off: 'Faces are left as they come.',
    },
    found: (count: number) =>
      count === 0
        ? 'No face was found in this photo.'
        : plural(
            count,
            'One face found. Show outlines, then tap the face to skip it.',
            `${count} faces found. Show outlines, then tap a face to skip it.`,
          ),
    drawn: 'Characters',
    styled: 'Style',
    off: 'Off',
    proportions: 'Anime proportions',
    lashes: { label: 'Lashes and lips', auto: 'Auto', soft: 'Full', plain: 'Plain' },
    age: { label: 'Lines of age', keep: 'Keep', smooth: 'Smooth' },
    eyeColour: { label: 'Eye colour', auto: 'Their own', chosen: 'Choose' },
    show: 'Show outlines of the faces',
    name: (number: number, count: number) => `Face ${number} of ${count}, drawn separately`,
    leave: 'Leave this face to the style alone',
    redraw: 'Draw this face separately',
    undrawn: 'Too small or turned away for a character; the style draws it',
    spared: 'The style already draws this face well',
    advice: {
      'face-small': (count) =>
        `${plural(count, 'A face is', `${count} faces are`)} too small to be drawn well. Take it from closer, or use a larger copy.`,
      'face-blurred': (count) =>
        `${plural(count, 'A face is', `${count} faces are`)} blurred. Use a sharper photo, or a lower strength.`,
      'face-dark': (count) =>
        `${plural(count, 'A face is', `${count} faces are`)} too dark. Brighten the photo, or turn the face to the light.`,
      'face-cut': (count) =>
        `${plural(count, 'A face is', `${count} faces are`)} cut off by the border. Use a photo that shows the whole head.`,
    } satisfies Record<FaceAdvice, (count: number) => string>,
  },
  size: { label: 'Size', original: 'Original', pixels: (side: string) => `${side} pixels` },
  format: {
    label: 'File format',
    same: 'Like the photo',
    sameClip: 'Like the clip',
    animation: 'Animated picture, without sound',
  },
  engine: {
    label: 'Run on',
    auto: 'Automatic',
    gpu: 'Graphics card',
    cpu: 'Processor',
    on: (what: Backend | 'service', threads: number) =>
      what === 'service'
        ? 'Drawn by this site’s server'
        : what === 'webgpu'
          ? 'Drawn by the graphics card'
          : `Drawn by the processor, ${plural(threads, 'one thread', `${threads} threads`)}`,
    gpuFailed: 'The graphics card failed; the processor finished it. It takes longer and looks the same.',
    memoryFailed: 'Memory was short, so this was drawn in smaller pieces. It looks the same.',
  },
  save: 'Save',
  comparison: {
    label: 'Before and after',
    side: 'Side by side',
    split: 'Split',
    save: 'Save before and after',
    share: 'Share before and after',
    joining: (percent: string) => `Joining: ${percent}`,
    ready: 'Before and after are joined. Press Share once more.',
  },
  saveAll: (count: number) => `Save all ${count} as a ZIP`,
  share: 'Share',
  copy: 'Copy',
  copied: 'Copied. Paste it wherever you like.',
  copyFailed: 'The browser did not allow copying. Save the picture instead.',
  shareFailed: 'The browser could not share it. Save the picture instead.',
  camera: {
    title: 'Camera',
    live: 'The camera, drawn live',
    shoot: 'Take a photo',
    record: 'Record',
    finish: 'Stop recording',
    recording: (time: string) => `Recording: ${time}`,
    recorded: 'Your recording',
    again: 'Back to the camera',
    turn: 'Other camera',
    facts: (rate: string, width: number, height: number) => `${rate}, drawn at ${width} × ${height}`,
    sparesFaces: 'Faces are simpler here than in photos: drawn like there, they would be too slow on this device.',
    failed: 'The live view stopped. Close the camera and try again, or take a photo as it is.',
    unrecorded: 'This browser cannot record video. Take a photo instead.',
    close: 'Close',
    denied: 'Camera access is blocked. Allow it in the address bar, or choose a photo instead.',
    none: 'No camera was found. Connect one, or choose a photo instead.',
  },
  advice: {
    small: {
      say: (width, height) =>
        `At ${width} × ${height} pixels, this photo is too small for fine lines. A larger original is best.`,
      remedy: 'Enlarge it first',
    },
    blurred: {
      say: () => 'This photo is blurred, so its lines will be soft. A sharper one is best.',
      remedy: 'Use a bolder brush',
    },
    dark: { say: () => 'This photo is very dark; much of it will turn black.', remedy: 'Brighten it first' },
    bright: { say: () => 'This photo is overexposed; much of it will stay white.', remedy: 'Darken it first' },
    flat: { say: () => 'This photo has hardly any contrast, so it will look pale.', remedy: 'Add contrast first' },
  } satisfies Record<Advice, { say: (width: number, height: number) => string; remedy: string }>,
  comma: ', ',
  source: 'Source code and licences',
  undo: 'Undo',
  dismiss: 'Dismiss',
  problems: {
    empty: 'This file is empty. Maybe it was not copied completely; try the original again.',
    notPicture: 'This is not a picture or clip that can be read. Choose a JPEG, PNG or WebP, or an MP4 or WebM.',
    tiff: 'This browser cannot read TIFF or raw photos. Save it as JPEG or PNG first.',
    vector: 'This is a document or a drawing, not a photo. Save it as PNG first.',
    damaged: 'This picture is damaged and cannot be read. Try the original again, or save it again in another program.',
    tooLarge: 'This picture has more than 120 million pixels. Make it smaller first.',
    memory: 'There is not enough memory for this picture. Choose a smaller size, or close other tabs and try again.',
    engine: 'The drawing engine stopped. Try again; if it stops again, choose another engine in the settings.',
    offline: 'A part of the page could not be fetched. Check the connection and try again.',
    style:
      'This is not a style that can be used here. Choose a style file or a model that draws pictures: .safetensors, .pt, .pth, .onnx or .tflite.',
    saveTooLarge: 'This browser cannot save a picture this large. Choose a smaller size.',
    clipFormat: 'This clip is damaged, or in a format that cannot be read here. Save it as MP4 or WebM first.',
    clipCodec:
      'This browser cannot decode this clip. Save it as H.264 in MP4 first, or open this page in another browser.',
    clipSound: 'There is only sound in this file. Choose a clip with pictures.',
    clipLarge: 'The frames of this clip are too large. Make it smaller first.',
    clipDamaged: 'No frame of this clip can be read; it is damaged. Try the original again.',
    clipEncode:
      'This browser cannot write video of this size. Choose a smaller size, or open this page in another browser.',
    clipBrowser: 'This browser is too old for clips. Update it, or open this page in another one.',
    browser: 'This browser is too old to draw. Update it, or open this page in another one.',
    diskFull:
      'There is no space left for this clip. Free some space on the disk, then try again: it continues where it stopped.',
    cancelled: 'Stopped.',
  } satisfies Record<ProblemCode, string>,
  ofFile: (name: string, sentence: string) => `${name}: ${sentence}`,
}

/** The shape of every catalogue. */
export type Messages = typeof en
