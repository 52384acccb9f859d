/** Why somebody on file may be the person at the desk, in words. */
import type { LookAlike } from '@/api/vehicles'

const WHY: Record<LookAlike['why'][number], string> = { VIN: '同一车架号', PLATE: '同一车牌', PHONE: '同一手机号', NAME: '同名' }

export const whyWords = (why: LookAlike['why']): string => why.map((reason) => WHY[reason]).join('、')
