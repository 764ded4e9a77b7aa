/** Bytes as text and text as bytes, on every platform. */

/** Every host has them, but TypeScript knows them only from the hosts' types. */
declare const TextEncoder: new () => { encode(text: string): Uint8Array<ArrayBuffer> }
declare const TextDecoder: new () => { decode(bytes: Uint8Array): string }

/** A part of some bytes, one letter each. */
export const latin1 = (bytes: Uint8Array, from = 0, to = bytes.length): string => {
  let text = ''
  for (const value of bytes.subarray(from, to)) text += String.fromCharCode(value)
  return text
}

/** Text of letters up to 255 as bytes. */
export const latin1Of = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(text, (letter) => letter.charCodeAt(0))

export const utf8Of = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)

export const utf8 = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
