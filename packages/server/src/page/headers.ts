/**
 * The headers that the page needs: isolation, so that threads may share memory, and a policy that allows no other host.
 * Servers send them; on a static host that does not, the service worker adds them.
 */

/** No other host, no code from strings except WASM, no frames. A policy inside the page cannot control framing. */
export const contentSecurityPolicy = ({ inPage = false } = {}): string =>
  [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "worker-src 'self'",
    "style-src 'self'",
    "img-src 'self' blob: data:",
    "media-src 'self' blob:",
    "connect-src 'self' blob:",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    ...(inPage ? [] : ["frame-ancestors 'none'"]),
  ].join('; ')

export const isolationHeaders = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
}

export const pageHeaders = {
  ...isolationHeaders,
  'Content-Security-Policy': contentSecurityPolicy(),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Permissions-Policy': 'camera=(self), microphone=(), geolocation=(), interest-cohort=()',
}
