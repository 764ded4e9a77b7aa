/**
 * XMP that is carried over from the input to the result: all but what is no longer true. Orientation is reset; what points to parts of
 * the input file (motion photos, gain maps, depth) and what tells a raw developer how to draw it goes; sizes follow the result.
 * Works on the text: packets are small, and what other programs wrote stays as they wrote it.
 */

/** Properties of other parts of the file, and develop settings. */
const GONE =
  '(?:(?:GCamera|Camera|OpCamera|MiCamera):(?:Motion|Micro)\\w*|(?:hdrgm|HDRGainMap|apdi|Container|GContainer|Item|GDepth|GImage|GAudio|GFocus|crs):[\\w.-]+)'
const ATTRIBUTES = new RegExp(`\\s${GONE}\\s*=\\s*(?:"[^"]*"|'[^']*')`, 'g')
const ELEMENTS = new RegExp(`<(${GONE})(?:\\s[^<>]*)?(?:/>|>[\\s\\S]*?</\\1\\s*>)`, 'g')
const MENTIONS = new RegExp(GONE)
/** A packet with parts to take out that is longer than this is left out: it holds pictures, not words. */
const LONGEST = 2 ** 18

/** Whether it says that a clip is in the file. */
export const hasMotion = (xmp: string): boolean => /(?:MotionPhoto|MicroVideo)\s*(?:=\s*["']|>)\s*1/.test(xmp)

/** The packet for upright pixels alone; undefined where it cannot be made. */
export const uprightXmp = (xmp: string): string | undefined => {
  const upright = xmp.replace(/(tiff:Orientation(?:\s*=\s*["']|>))\s*\d+/g, '$11')
  if (!MENTIONS.test(upright)) return upright
  return upright.length > LONGEST ? undefined : upright.replace(ELEMENTS, '').replace(ATTRIBUTES, '')
}

const number = (xmp: string, name: string): number | undefined => {
  const found = new RegExp(`${name}(?:\\s*=\\s*["']|>)\\s*(\\d+)`).exec(xmp)?.[1]
  return found ? Number(found) : undefined
}

/** Writes the result's size where the packet states one: of the picture, and of the panorama that it is a part of. */
export const sizedXmp = (xmp: string, width: number, height: number): string => {
  const across = width / (number(xmp, 'GPano:CroppedAreaImageWidthPixels') ?? width)
  const down = height / (number(xmp, 'GPano:CroppedAreaImageHeightPixels') ?? height)
  const scaled = (name: string, by: number) => (text: string) =>
    text.replace(
      new RegExp(`(GPano:${name}(?:\\s*=\\s*["']|>)\\s*)(\\d+)`, 'g'),
      (_, head, old) => `${head}${Math.round(old * by)}`,
    )
  const stated = (name: string, size: number) => (text: string) =>
    text.replace(new RegExp(`(${name}(?:\\s*=\\s*["']|>)\\s*)\\d+`, 'g'), `$1${size}`)
  return [
    scaled('(?:CroppedAreaImageWidth|FullPanoWidth|CroppedAreaLeft)Pixels', across),
    scaled('(?:CroppedAreaImageHeight|FullPanoHeight|CroppedAreaTop)Pixels', down),
    stated('(?:tiff:ImageWidth|exif:PixelXDimension)', width),
    stated('(?:tiff:ImageLength|exif:PixelYDimension)', height),
  ].reduce((text, change) => change(text), xmp)
}
