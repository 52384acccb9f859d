/** Words of consents. */
import type { ConsentRow, PublishedText } from '@/api/retention'

const PURPOSES: Record<ConsentRow['purpose'], string> = {
  SERVICE_NOTICE: '服务通知', MARKETING_SMS: '短信优惠', MARKETING_WECOM: '企业微信优惠', MARKETING_CALL: '电话优惠', PROFILING: '个性化推荐', PHOTO_PUBLICITY: '照片宣传', AD_AUDIENCE: '广告投放',
}
const HOW: Record<string, string> = { mini_program: '小程序', staff: '门店代记', paper: '纸质', import: '导入' }

export const PURPOSE_CHOICES = Object.entries(PURPOSES).map(([value, word]) => ({ value, word }))
export const purposeWord = (purpose: ConsentRow['purpose']): string => PURPOSES[purpose]
export const howWord = (how: string): string => HOW[how] ?? how

/** Which version a text is and whether it is shown; `2026-12-01 起用` is still to come. */
export function textWord(text: Pick<PublishedText, 'version' | 'effective_on' | 'is_current'>, today: string): string {
  const standing = text.is_current ? '现在用的' : text.effective_on && text.effective_on > today ? `${text.effective_on} 起用` : ''
  return [text.version, standing].filter(Boolean).join(' · ')
}
