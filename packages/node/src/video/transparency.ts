/** A clip whose transparency comes from another one: the levels of grey of its frames, which have the same times. */
import type { Picture } from '@animegan/core'
import type { ClipReader } from '@animegan/video'

/** Joins the two; both are closed with the result. */
export const withTransparency = (colours: ClipReader, grey: ClipReader): ClipReader => ({
  ...colours,
  transparent: true,
  frames: async function* (from, until) {
    const levels = grey.frames(from, until)
    let last: { readonly of: Picture; readonly by: Picture | undefined; readonly picture: Picture } | undefined
    try {
      for await (const frame of colours.frames(from, until)) {
        const by = (await levels.next()).value?.picture
        // Repeated frames share one picture.
        if (!last || last.of !== frame.picture || last.by !== by)
          last = { of: frame.picture, by, picture: joined(frame.picture, by) }
        yield { ...frame, picture: last.picture }
      }
    } finally {
      await levels.return()
    }
  },
  close: () => {
    colours.close()
    grey.close()
  },
})

/** RGB with the levels as alpha; opaque without them. */
const joined = ({ width, height, data }: Picture, grey: Picture | undefined): Picture => {
  const out = new Uint8Array(width * height * 4)
  for (let i = 0, o = 0; o < out.length; i += 3, o += 4) {
    out[o] = data[i]
    out[o + 1] = data[i + 1]
    out[o + 2] = data[i + 2]
    out[o + 3] = grey ? grey.data[i] : 255
  }
  return { width, height, channels: 4, data: out }
}
