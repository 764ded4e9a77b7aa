/** Training of styles: data sets, losses, the training loop, the report, and the figures that styles are judged by. */
export { type Random, random } from './random.ts'
