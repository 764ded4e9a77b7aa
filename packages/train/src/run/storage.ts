/**
 * The port through which a run keeps what it makes: named bytes in folders, as a file system, a browser's private storage or
 * memory holds them. Names are relative and have slashes, such as `checkpoints/step-0000050.safetensors`.
 */

export interface RunStorage {
  /** The bytes of a name; undefined if there are none. */
  read(name: string): Promise<Uint8Array | undefined>
  /** Writes all bytes, or leaves what was there and rejects. */
  write(name: string, bytes: Uint8Array): Promise<void>
  /** Adds bytes at the end. Killed in the middle, it may add some of them. */
  append(name: string, bytes: Uint8Array): Promise<void>
  /** The names in a folder, such as `sheets`, sorted; none if there is no such folder. */
  list(folder: string): Promise<string[]>
  remove(name: string): Promise<void>
}
