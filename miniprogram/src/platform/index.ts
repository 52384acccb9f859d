/** The platform this build is for: the build puts one implementation behind `@host`, so neither ships with the other. */
export { platform } from '@host'
export type * from './types'
