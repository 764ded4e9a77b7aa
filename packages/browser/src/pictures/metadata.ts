/** Puts a photo's metadata into its encoded result, since the browser's encoders write none. decode.ts reads it. */
import { type PhotoMetadata, writeMetadata } from '@animegan/pictures'
import type { FileFormat } from './encode.ts'

/** The encoded file with the metadata that its format holds; orientation is upright, and sizes are those given. */
export const withMetadata = async (
  encoded: Blob,
  format: FileFormat,
  metadata: PhotoMetadata,
  { width, height }: { readonly width: number; readonly height: number },
): Promise<Blob> => {
  const bytes = new Uint8Array(await encoded.arrayBuffer())
  return new Blob([writeMetadata(bytes, format, metadata, width, height) as BlobPart], { type: encoded.type })
}
