export { characterPresets, isTeacherName, type TeacherName, teacherNames, teacherPresets } from './presets.ts'
export { checkTeacher, type TeacherOptions, teach, teacherVersion } from './teach.ts'
