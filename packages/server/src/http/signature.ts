/** Addresses that work without a key until they expire, such as those of results: signed by all servers' one secret. */
import { createHmac, timingSafeEqual } from 'node:crypto'

/** What is added to an address. */
export interface Signed {
  /** When it expires, in seconds since 1970. */
  readonly expires: number
  readonly signature: string
}

/** Signs and checks addresses. */
export interface Signer {
  sign(path: string, expires: number): string
  /** Whether an address is signed and has not expired. */
  isValid(path: string, { expires, signature }: Signed): boolean
}

export const signer = (secret: string): Signer => {
  const of = (path: string, expires: number): Buffer =>
    createHmac('sha256', secret).update(`${path}\n${expires}`).digest()
  return {
    sign: (path, expires) => `${path}?expires=${expires}&signature=${of(path, expires).toString('base64url')}`,
    isValid: (path, { expires, signature }) => {
      const given = Buffer.from(signature, 'base64url')
      const right = of(path, expires)
      return expires > Date.now() / 1000 && given.length === right.length && timingSafeEqual(given, right)
    },
  }
}
