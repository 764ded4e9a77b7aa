export { teacherPresets } from './presets.ts'
export { type TeacherOptions, teach } from './teach.ts'
