export { type Decision, decide, type Line, type Own, type Place, promise, type Round } from './queue/admission.ts'
export { type Running, type ServeOptions, type Service, serve, type WorkOptions, work } from './service.ts'
