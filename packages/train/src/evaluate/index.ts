/** The figures that styles are judged by. */
export { type Closeness, closeness } from './closeness.ts'
export { type Evaluation, type EvaluationObserver, type EvaluationPlan, evaluate, type Measures } from './evaluate.ts'
export { type Estimate, fewestPictures } from './kernel-distance.ts'
