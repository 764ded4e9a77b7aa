export { teacherPresets } from './presets.ts'
export { checkTeacher, type TeacherOptions, teach, teacherVersion } from './teach.ts'
