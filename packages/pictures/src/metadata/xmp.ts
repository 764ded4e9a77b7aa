/**
 * XMP that is carried over from the input to the result, except what is no longer true. Orientation is reset;
 * references to other parts of the input file (motion photos, gain maps, depth) and settings of raw developers are
 * removed; sizes become those of the result. Works on the text, because packets are small and everything else stays
 * exactly as other programs wrote it.
 */

/** Properties about other parts of the file, and develop settings. */
const GONE =
  '(?:(?:GCamera|Camera|OpCamera|MiCamera):(?:Motion|Micro)\\w*|(?:hdrgm|HDRGainMap|apdi|Container|GContainer|Item|GDepth|GImage|GAudio|GFocus|crs):[\\w.-]+)'
const ATTRIBUTES = new RegExp(`\\s${GONE}\\s*=\\s*(?:"[^"]*"|'[^']*')`, 'g')
const ELEMENTS = new RegExp(`<(${GONE})(?:\\s[^<>]*)?(?:/>|>[\\s\\S]*?</\\1\\s*>)`, 'g')
const MENTIONS = new RegExp(GONE)
/** A packet longer than this that has parts to remove is dropped: it contains pictures, not text. */
const LONGEST = 2 ** 18

/** Whether the packet says that the file contains a clip. */
export const hasMotion = (xmp: string): boolean => /(?:MotionPhoto|MicroVideo)\s*(?:=\s*["']|>)\s*1/.test(xmp)

/** The packet for upright pixels only; undefined if it has to be dropped. */
export const uprightXmp = (xmp: string): string | undefined => {
  const upright = xmp.replace(/(tiff:Orientation(?:\s*=\s*["']|>))\s*\d+/g, '$11')
  if (!MENTIONS.test(upright)) return upright
  return upright.length > LONGEST ? undefined : upright.replace(ELEMENTS, '').replace(ATTRIBUTES, '')
}

const number = (xmp: string, name: string): number | undefined => {
  const found = new RegExp(`${name}(?:\\s*=\\s*["']|>)\\s*(\\d+)`).exec(xmp)?.[1]
  return found ? Number(found) : undefined
}

/** Updates the sizes that the packet states: that of the picture, and that of the panorama that it is part of. */
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
