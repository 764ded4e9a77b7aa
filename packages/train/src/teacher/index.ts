export { teacherPresets } from './presets.ts'
export { checkTeacher, type TeacherOptions, teach } from './teach.ts'
