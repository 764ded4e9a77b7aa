/** Types of the decoders, as far as they are used here; their packages have none that fit. */

declare module 'libheif-js/libheif-wasm/libheif-bundle.mjs' {
  /** The functions of libheif's C interface; pointers and enumerations are numbers. */
  export interface LibHeif {
    readonly HEAPU8: Uint8Array
    _malloc(size: number): number
    _free(at: number): void
    _heif_context_alloc(): number
    _heif_context_free(context: number): void
    _heif_context_read_from_memory_without_copy(
      error: number,
      context: number,
      at: number,
      size: number,
      options: number,
    ): void
    _heif_context_get_primary_image_handle(error: number, context: number, handle: number): void
    _heif_image_handle_get_width(handle: number): number
    _heif_image_handle_get_height(handle: number): number
    _heif_image_handle_has_alpha_channel(handle: number): number
    _heif_image_handle_get_luma_bits_per_pixel(handle: number): number
    _heif_image_handle_release(handle: number): void
    _heif_image_handle_get_raw_color_profile_size(handle: number): number
    _heif_image_handle_get_raw_color_profile(error: number, handle: number, to: number): void
    _heif_image_handle_get_nclx_color_profile(error: number, handle: number, to: number): void
    _heif_nclx_color_profile_free(profile: number): void
    _heif_image_handle_get_number_of_metadata_blocks(handle: number, filter: number): number
    _heif_image_handle_get_list_of_metadata_block_IDs(handle: number, filter: number, to: number, most: number): number
    _heif_image_handle_get_metadata_type(handle: number, id: number): number
    _heif_image_handle_get_metadata_content_type(handle: number, id: number): number
    _heif_image_handle_get_metadata_size(handle: number, id: number): number
    _heif_image_handle_get_metadata(error: number, handle: number, id: number, to: number): void
    _heif_decode_image(
      error: number,
      handle: number,
      image: number,
      space: number,
      chroma: number,
      options: number,
    ): void
    _heif_image_get_width(image: number, channel: number): number
    _heif_image_get_height(image: number, channel: number): number
    _heif_image_get_plane_readonly(image: number, channel: number, stride: number): number
    _heif_image_release(image: number): void
  }
  const make: () => LibHeif | Promise<LibHeif>
  export default make
}

declare module '@jsquash/jxl/codec/dec/jxl_dec.js' {
  interface Decoder {
    decode(
      bytes: Uint8Array,
    ): { readonly width: number; readonly height: number; readonly data: Uint8ClampedArray } | null
  }
  const make: (options: {
    noInitialRun: true
    wasmBinary?: Uint8Array | undefined
    print?: (text: string) => void
    printErr?: (text: string) => void
  }) => Promise<Decoder>
  export default make
}

declare module '@cornerstonejs/codec-openjpeg/decode' {
  interface Decoder {
    getEncodedBuffer(size: number): Uint8Array
    decode(): void
    getFrameInfo(): { width: number; height: number; bitsPerSample: number; componentCount: number; isSigned: boolean }
    getDecodedBuffer(): Uint8Array
    getColorSpace(): number
    delete(): void
  }
  const make: (options: {
    print: (text: string) => void
    printErr: (text: string) => void
  }) => Promise<{ J2KDecoder: new () => Decoder }>
  export default make
}
