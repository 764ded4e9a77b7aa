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
  /** A prepared picture, and a small copy of it for a button. */
  export interface Prepared {
    readonly url: string
    readonly small: string
  }
  export interface Example {
    readonly id: 'face' | 'group' | 'landscape'
    /** The photo itself, as JPEG. */
    readonly url: string
    readonly before: Prepared
    /** By style. */
    readonly after: Readonly<Record<string, Prepared | undefined>>
  }
  const examples: readonly [Example, ...Example[]]
  export default examples
}
