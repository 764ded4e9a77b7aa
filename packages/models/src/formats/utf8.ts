/**
 * Text to and from bytes, by the platform's TextDecoder and TextEncoder. Browsers and Node both have them; they are
 * declared here because this package is compiled without the types of either.
 */

declare const TextDecoder: new (
  label: string,
  options: { fatal: boolean; ignoreBOM: boolean },
) => { decode(bytes: Uint8Array): string }
declare const TextEncoder: new () => { encode(text: string): Uint8Array }

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const encoder = new TextEncoder()

/** The text of UTF-8 bytes; undefined when they are not UTF-8. */
export const fromUtf8 = (bytes: Uint8Array): string | undefined => {
  try {
    return strict.decode(bytes)
  } catch {
    return undefined
  }
}

/** The UTF-8 bytes of a text. */
export const toUtf8 = (text: string): Uint8Array => encoder.encode(text)

/** One character for each byte, 0 to 255. */
export const fromLatin1 = (bytes: Uint8Array): string => {
  const parts: string[] = []
  for (let at = 0; at < bytes.length; at += 8192) {
    parts.push(String.fromCharCode(...bytes.subarray(at, at + 8192)))
  }
  return parts.join('')
}

/** The bytes of a text whose characters are all below 256; undefined for any other. */
export const toLatin1 = (text: string): Uint8Array | undefined => {
  const bytes = new Uint8Array(text.length)
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code > 255) return undefined
    bytes[at] = code
  }
  return bytes
}
