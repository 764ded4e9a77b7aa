/**
 * Who a request is from: the holder of a key, else an address. Both are kept as keyed hashes only, so that neither the
 * database nor a log says who sent what.
 */
import { createHmac } from 'node:crypto'
import { isIPv6 } from 'node:net'
import type { FastifyRequest } from 'fastify'
import { Problem } from './problem.ts'

/** Tells the client of a request. Throws `unauthorised` where keys are needed and a request has none that is known. */
export type ClientOf = (request: FastifyRequest) => string

/** Makes the function for a service; `keys`: the keys that it accepts; undefined if everybody may use it. */
export const clientsOf = (secret: string, keys: readonly string[] | undefined): ClientOf => {
  const hash = (text: string): string => createHmac('sha256', secret).update(text).digest('base64url').slice(0, 22)
  const known = new Set(keys?.map((key) => hash(`key:${key}`)))
  return (request) => {
    if (!keys) return hash(`address:${networkOf(request.ip)}`)
    const [, key] = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '') ?? []
    const client = key === undefined ? undefined : hash(`key:${key}`)
    if (client && known.has(client)) return client
    throw new Problem('unauthorised', 'expected the header Authorization: Bearer KEY with a key of this service')
  }
}

/** An address, of IPv6 the network of a household: its first 64 bits. */
export const networkOf = (address: string): string => {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)
  if (mapped) return mapped[1]
  if (!isIPv6(address)) return address
  const [left, right] = address.split('%')[0].split('::')
  const groups = (text = ''): string[] => text.split(':').filter((group) => group !== '')
  const [head, tail] = [groups(left), groups(right)]
  const zeros = right === undefined ? [] : Array(Math.max(0, 8 - head.length - tail.length)).fill('0')
  return [...head, ...zeros, ...tail]
    .slice(0, 4)
    .map((group) => group.toLowerCase().replace(/^0+(?=.)/, ''))
    .join(':')
}
