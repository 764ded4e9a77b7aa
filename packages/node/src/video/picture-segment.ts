/**
 * Segments whose packets are picture files: the intermediate form of clips that become animated or numbered pictures.
 */
import type { ClipNotice, ClipReader, EncodedSegment, SegmentEncoder } from '@animegan/video'
import { EncodedPacket } from 'mediabunny'
import { encodePicture } from '../pictures/encode.ts'
import type { OutputFormat } from '../pictures/format.ts'

/** Starts a segment in which each packet is a picture file. */
export const startPictureSegment = async (
  format: OutputFormat,
  quality: number | undefined,
): Promise<SegmentEncoder> => {
  const packets: Promise<EncodedPacket>[] = []
  return {
    add: async ({ picture, timestamp, duration }) => {
      const encoded = encodePicture([picture], { format, name: 'a frame', ...(quality && { quality }) })
      const packet = encoded.then(({ bytes }) => new EncodedPacket(bytes, 'key', timestamp, duration))
      packet.catch(() => {}) // thrown by finish
      packets.push(packet)
      await packets.at(-2)
    },
    finish: async (): Promise<EncodedSegment> => ({
      packets: await Promise.all(packets),
      decoderConfig: { codec: format },
    }),
    cancel: async () => {
      await Promise.allSettled(packets)
    },
  }
}

/** Notes about a clip that becomes pictures. */
export const soundLost = ({ audio }: ClipReader): ClipNotice[] =>
  audio.length > 0 ? [{ code: 'sound-lost', message: 'its sound is left out: pictures have no sound' }] : []
