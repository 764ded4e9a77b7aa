/** Where the repository is, whether this file runs as it is or as it was built. */
export const root = new URL(import.meta.url.endsWith('.ts') ? '../' : '../../', import.meta.url)
