/**
 * The CRC-32C checksum (Castagnoli) of LevelDB tables, TensorFlow checkpoints and event files, eight bytes at a time.
 */

const makeTables = (): Uint32Array[] => {
  const tables = Array.from({ length: 8 }, () => new Uint32Array(256))
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0)
    tables[0][byte] = crc
  }
  for (let byte = 0; byte < 256; byte++) {
    for (let k = 1; k < 8; k++) {
      const before = tables[k - 1][byte]
      tables[k][byte] = (before >>> 8) ^ tables[0][before & 255]
    }
  }
  return tables
}

let tables: Uint32Array[] | undefined

/** The CRC-32C of the bytes, 0 to 2^32 - 1. */
export const crc32c = (bytes: Uint8Array): number => {
  tables ??= makeTables()
  const [t0, t1, t2, t3, t4, t5, t6, t7] = tables
  let crc = 0xffffffff
  let at = 0
  for (; at + 8 <= bytes.length; at += 8) {
    crc ^= bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)
    crc =
      t7[crc & 255] ^
      t6[(crc >>> 8) & 255] ^
      t5[(crc >>> 16) & 255] ^
      t4[crc >>> 24] ^
      t3[bytes[at + 4]] ^
      t2[bytes[at + 5]] ^
      t1[bytes[at + 6]] ^
      t0[bytes[at + 7]]
  }
  for (; at < bytes.length; at++) crc = (crc >>> 8) ^ t0[(crc ^ bytes[at]) & 255]
  return ~crc >>> 0
}

/** The masked form that files store, so that a checksum over data that contains checksums stays reliable. */
export const maskedCrc32c = (bytes: Uint8Array): number => {
  const crc = crc32c(bytes)
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0
}
