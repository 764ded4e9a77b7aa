/** Types of non-code imports that the build resolves. */
declare module '*.css'
declare module 'virtual:styles' {
  const styles: readonly {
    readonly id: string
    readonly title: string
    readonly licence: string
    readonly attribution: string
    readonly url: string
    readonly bytes: number
    /** Whether the style states its own effect size. */
    readonly hasEffectSize: boolean
  }[]
  export default styles
}
declare module 'virtual:examples' {
  const examples: readonly { readonly id: 'street' | 'lake' | 'camera'; readonly url: string; readonly small: string }[]
  export default examples
  /** Before and after, for the start of the page. */
  export const demo: { readonly before: string; readonly after: string }
}
