/** A style from an address: one of those that come with animegan, put on your own site, or any other style file. */
import { loadStyle, type Style } from '@animegan/core'
import { type FetchOptions, fetchBytes } from './fetch-bytes.ts'

/** Fetches a style. Rejects with `not-found` when it cannot be fetched, with `bad-weights` when it is no style. */
export const fetchStyle = async (url: string | URL, options?: FetchOptions): Promise<Style> =>
  loadStyle(await fetchBytes(url, options))
