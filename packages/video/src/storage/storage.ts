/**
 * The storage for the files of one clip during the work: files by name, in a folder, in the browser's private file
 * system or in memory. A port with an adapter for each; none of them knows the files' content.
 */

/** A file open for writing at any position. It must be ended in one of two ways. */
export interface StorageFile {
  /** Rejects with `disk-full` when no space is left. */
  write(data: Uint8Array, position: number): Promise<void>
  /** Completes it: it can be read from now on. */
  close(): Promise<void>
  /** Discards it: nothing of it is left. */
  discard(): Promise<void>
}

/** Files by name. Names consist of letters, digits and dots; a write replaces an existing file. */
export interface ClipStorage {
  /** A file's size in bytes; undefined if it does not exist. */
  size(name: string): Promise<number | undefined>
  /**
   * The bytes of a file from `start` up to `end`, or all; undefined if it does not exist. Callers must not write to
   * them.
   */
  read(name: string, start?: number, end?: number): Promise<Uint8Array | undefined>
  /**
   * Writes a file from these parts, in order. If the process is killed meanwhile, the file may be truncated, so its
   * format must reveal that. Rejects with `disk-full` when no space is left.
   */
  write(name: string, parts: readonly Uint8Array[]): Promise<void>
  /** Starts a file that may be written in any order. */
  create(name: string): Promise<StorageFile>
  /** Removes a file, if it exists. */
  remove(name: string): Promise<void>
  /** Removes everything. The storage can be written to again. */
  clear(): Promise<void>
  /** Closes it; its files stay for the next time it is opened. */
  close(): Promise<void>
}
