/**
 * HEIC and HEIF by libheif: grids, rotations and mirrors are applied; more than 8 bits stay as 16; the profile is kept.
 * Of several pictures the primary one is taken.
 */
import type { LibHeif } from 'libheif-js/libheif-wasm/libheif-bundle.mjs'
import { decoder } from './decoder.ts'
import type { Decoded, Samples } from './png.ts'

/** Values of libheif's enumerations. */
const RGB = 1
const INTERLEAVED = 10
const CHROMA = { rgb8: 10, rgba8: 11, rgb16: 12, rgba16: 13 } as const

const load = decoder(async () => (await import('libheif-js/libheif-wasm/libheif-bundle.mjs')).default())

/** Calls a function with the primary picture of a file, and frees everything afterwards. */
const withPrimary = async <T>(
  bytes: Uint8Array,
  work: (lib: LibHeif, handle: number, out: number) => T,
): Promise<T> => {
  const lib = await load()
  const [file, out] = [lib._malloc(bytes.length), lib._malloc(32)]
  const context = lib._heif_context_alloc()
  let handle = 0
  try {
    lib.HEAPU8.set(bytes, file)
    check(lib, out, (error) => lib._heif_context_read_from_memory_without_copy(error, context, file, bytes.length, 0))
    check(lib, out, (error) => lib._heif_context_get_primary_image_handle(error, context, out + 16))
    handle = numberAt(lib, out + 16)
    return work(lib, handle, out)
  } finally {
    if (handle) lib._heif_image_handle_release(handle)
    lib._heif_context_free(context)
    lib._free(out)
    lib._free(file)
  }
}

const numberAt = (lib: LibHeif, at: number): number =>
  new DataView(lib.HEAPU8.buffer, lib.HEAPU8.byteOffset).getUint32(at, true)

const textAt = (lib: LibHeif, at: number): string => {
  const end = at === 0 ? 0 : lib.HEAPU8.indexOf(0, at)
  return String.fromCharCode(...lib.HEAPU8.subarray(at, Math.min(end, at + 200)))
}

/** Calls a function that stores an error: its code, a more exact code, and a pointer to its text. */
const check = (lib: LibHeif, out: number, call: (error: number) => void): void => {
  call(out)
  if (numberAt(lib, out) !== 0) throw new Error(textAt(lib, numberAt(lib, out + 8)))
}

/** The size of the primary picture, upright. */
export const measureHeic = (bytes: Uint8Array): Promise<{ readonly width: number; readonly height: number }> =>
  withPrimary(bytes, (lib, handle) => ({
    width: lib._heif_image_handle_get_width(handle),
    height: lib._heif_image_handle_get_height(handle),
  }))

/** Decodes the primary picture. */
export const decodeHeic = (bytes: Uint8Array): Promise<Decoded> =>
  withPrimary(bytes, (lib, handle, out) => {
    const channels = lib._heif_image_handle_has_alpha_channel(handle) ? 4 : 3
    const depth = lib._heif_image_handle_get_luma_bits_per_pixel(handle)
    const bits = depth > 8 ? 16 : 8
    const chroma = CHROMA[`${channels === 4 ? 'rgba' : 'rgb'}${bits}`]
    check(lib, out, (error) => lib._heif_decode_image(error, handle, out + 16, RGB, chroma, 0))
    const image = numberAt(lib, out + 16)
    try {
      const width = lib._heif_image_get_width(image, INTERLEAVED)
      const height = lib._heif_image_get_height(image, INTERLEAVED)
      const from = lib._heif_image_get_plane_readonly(image, INTERLEAVED, out + 16)
      const stride = numberAt(lib, out + 16)
      const row = (width * channels * bits) / 8
      const data = new Uint8Array(row * height)
      for (let y = 0; y < height; y++)
        data.set(lib.HEAPU8.subarray(from + y * stride, from + y * stride + row), y * row)
      if (bits === 16) widen(data, depth)
      const samples: Samples = { width, height, channels, bits, data, ...colourOf(lib, handle, out) }
      return { samples, depth, ...metadataOf(lib, handle, out) }
    } finally {
      lib._heif_image_release(image)
    }
  })

/** Scales samples of 9 to 15 bits to 16, in place. */
const widen = (data: Uint8Array, depth: number): void => {
  const view = new DataView(data.buffer)
  const most = 2 ** depth - 1
  for (let at = 0; at < data.length; at += 2) view.setUint16(at, Math.round((view.getUint16(at) * 65535) / most))
}

const colourOf = (lib: LibHeif, handle: number, out: number): Pick<Samples, 'profile' | 'code'> => {
  const size = lib._heif_image_handle_get_raw_color_profile_size(handle)
  if (size > 0) {
    return {
      profile: copied(lib, out, size, (error, to) => lib._heif_image_handle_get_raw_color_profile(error, handle, to)),
    }
  }
  lib._heif_image_handle_get_nclx_color_profile(out, handle, out + 16)
  if (numberAt(lib, out) !== 0) return {}
  // After its version come the code points of primaries and transfer.
  const profile = numberAt(lib, out + 16)
  const code = [numberAt(lib, profile + 4), numberAt(lib, profile + 8)] as const
  lib._heif_nclx_color_profile_free(profile)
  // 2: not specified.
  return code.includes(2) ? {} : { code }
}

const metadataOf = (lib: LibHeif, handle: number, out: number): Pick<Decoded, 'exif' | 'xmp'> => {
  const count = Math.min(16, lib._heif_image_handle_get_number_of_metadata_blocks(handle, 0))
  const ids = lib._malloc(4 * Math.max(1, count))
  const found: { exif?: Uint8Array; xmp?: Uint8Array } = {}
  lib._heif_image_handle_get_list_of_metadata_block_IDs(handle, 0, ids, count)
  for (let i = 0; i < count; i++) {
    const id = numberAt(lib, ids + 4 * i)
    const size = lib._heif_image_handle_get_metadata_size(handle, id)
    const read = (): Uint8Array =>
      copied(lib, out, size, (error, to) => lib._heif_image_handle_get_metadata(error, handle, id, to))
    if (textAt(lib, lib._heif_image_handle_get_metadata_type(handle, id)) === 'Exif') {
      const block = read()
      // The block begins with how far behind these four bytes its byte order mark is.
      const start = block.length > 4 ? 4 + new DataView(block.buffer).getUint32(0) : block.length
      if (start < block.length) found.exif = block.slice(start)
    } else if (textAt(lib, lib._heif_image_handle_get_metadata_content_type(handle, id)) === 'application/rdf+xml')
      found.xmp = read()
  }
  lib._free(ids)
  return found
}

/** Bytes that a function stores in memory of that size. */
const copied = (lib: LibHeif, out: number, size: number, call: (error: number, to: number) => void): Uint8Array => {
  const at = lib._malloc(Math.max(1, size))
  try {
    check(lib, out, (error) => call(error, at))
    return lib.HEAPU8.slice(at, at + size)
  } finally {
    lib._free(at)
  }
}
