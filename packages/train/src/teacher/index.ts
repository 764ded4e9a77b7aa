export { isTeacherName, type TeacherName, teacherNames, teacherPresets } from './presets.ts'
export { checkTeacher, type TeacherOptions, teach } from './teach.ts'
