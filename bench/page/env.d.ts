/** Types of non-code imports that the build resolves. */
declare module '*?url' {
  const url: string
  export default url
}
