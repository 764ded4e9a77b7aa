/** The repository's folder, whether this file runs from source or built. */
export const root = new URL(import.meta.url.endsWith('.ts') ? '../' : '../../', import.meta.url)
