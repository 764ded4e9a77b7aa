/** Fetches a style from an address: a built-in style copied to your own site, or any other style file. */
import { loadStyle, type Style } from '@animegan/core'
import { type FetchOptions, fetchBytes } from './fetch-bytes.ts'

/** Fetches a style. Rejects with `not-found` if it cannot be fetched, with `bad-weights` if it is not a style. */
export const fetchStyle = async (url: string | URL, options?: FetchOptions): Promise<Style> =>
  loadStyle(await fetchBytes(url, options))
