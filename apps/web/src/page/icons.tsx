/**
 * The page's icons: strokes in the text's colour, hidden from screen readers, since there is text next to them or in
 * labels.
 */
const paths = {
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  fit: 'M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5',
  compare: 'M4 5h7v14H4zM13 5h7v14h-7zM15 9l3 6',
  grid: 'M4 4h7v7H4zM13 4h7v7h-7zM4 13h7v7H4zM13 13h7v7h-7z',
  undo: 'M9 14 4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3',
  play: 'M8 5v14l11-7z',
  pause: 'M8 5v14M16 5v14',
  record: 'M12 6a6 6 0 1 0 0 12 6 6 0 0 0 0-12z',
  turn: 'M4 9a8 8 0 0 1 14-3l2 2M20 15a8 8 0 0 1-14 3l-2-2M20 3v5h-5M4 21v-5h5',
  sound: 'M4 9.5v5h4l5 4v-13l-5 4zM16.5 9a4.5 4.5 0 0 1 0 6',
  silent: 'M4 9.5v5h4l5 4v-13l-5 4zM16.5 10l4 4M20.5 10l-4 4',
  film: 'M4 5h16v14H4zM8 5v14M16 5v14M4 9.7h4M4 14.3h4M16 9.7h4M16 14.3h4',
  camera: 'M4 8h3l2-3h6l2 3h3v11H4zM12 16.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z',
  face: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM9 10v.5M15 10v.5M8.5 14.5c2 2.2 5 2.2 7 0',
  photo: 'M4 5h16v14H4zM4 16l5-5 4 4 2.5-2.5L20 17M15.5 9.5h.01',
  save: 'M12 4v11M7.5 11 12 15.5 16.5 11M5 20h14',
  share: 'M12 15V4M8 7.5 12 4l4 3.5M6 11H5v9h14v-9h-1',
  copy: 'M9 9h11v11H9zM15 5H4v11h1',
  close: 'M6 6l12 12M18 6 6 18',
  bulb: 'M9 18h6M10 21h4M12 3a6 6 0 0 0-3.5 10.9V15.5h7v-1.6A6 6 0 0 0 12 3z',
  alert: 'M12 4 2.8 19.5h18.4zM12 10v4.5M12 17.2v.01',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  retry: 'M19 8a8 8 0 1 0 1 6M19.5 3.5V8H15',
  auto: 'M12 4a8 8 0 1 0 0 16zM12 4a8 8 0 0 1 0 16',
  light:
    'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4',
  dark: 'M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z',
} as const

export type IconName = keyof typeof paths

export const Icon = ({ name }: { name: IconName }) => (
  <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    <path d={paths[name]} />
  </svg>
)

/** The mark: a panel, half photo and half drawing, with a spark. */
export const Mark = () => (
  <svg class="mark" viewBox="0 0 64 64" aria-hidden="true" focusable="false">
    <path class="mark-photo" d="M6 6h52v52H6z" />
    <path class="mark-anime" d="M58 6v52H14z" />
    <path
      class="mark-spark"
      d="M42 22c1.2 9.4 3.6 11.8 13 13-9.4 1.2-11.8 3.6-13 13-1.2-9.4-3.6-11.8-13-13 9.4-1.2 11.8-3.6 13-13z"
    />
    <path class="mark-frame" d="M6 6h52v52H6z" />
  </svg>
)
