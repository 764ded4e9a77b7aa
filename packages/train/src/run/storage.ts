/**
 * The port for a run's output: named files in folders, in a file system, a browser's private storage or memory. Names
 * are relative, with slashes, such as `checkpoints/step-0000050.safetensors`.
 */

export interface RunStorage {
  /** The bytes of a file; undefined if it does not exist. */
  read(name: string): Promise<Uint8Array | undefined>
  /** Writes all bytes, or keeps the old content and rejects. */
  write(name: string, bytes: Uint8Array): Promise<void>
  /** Appends bytes. If killed in the middle, some of them may have been appended. */
  append(name: string, bytes: Uint8Array): Promise<void>
  /** The names in a folder, such as `sheets`, sorted; empty if there is no such folder. */
  list(folder: string): Promise<string[]>
  remove(name: string): Promise<void>
}
