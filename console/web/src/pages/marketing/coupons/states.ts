/** How a coupon template stands, and what may be done with it from there. */
import type { Meaning, Shape } from '@shared/states'
import type { TemplateStep } from '@/api/coupons'

export const TEMPLATE_STATES: Record<string, { word: string; meaning: Meaning; shape?: Shape }> = {
  DRAFT: { word: '草稿', meaning: 'idle' },
  PENDING_APPROVAL: { word: '待审批', meaning: 'waiting' },
  ACTIVE: { word: '已启用', meaning: 'done' },
  PAUSED: { word: '已暂停', meaning: 'waiting' },
  ENDED: { word: '已停发', meaning: 'idle', shape: 'dash' },
  ARCHIVED: { word: '已归档', meaning: 'idle', shape: 'dash' },
}

export interface Step {
  action: TemplateStep | 'submit'
  word: string
  /** Which permission offers it; the verb decides. */
  needs: 'coupon_templates.draft' | 'coupon_templates.run'
  /** What cannot be taken back, asked before it is done. */
  ask?: string
}

export const STEPS: Record<string, readonly Step[]> = {
  DRAFT: [{ action: 'submit', word: '提交审批', needs: 'coupon_templates.draft' }],
  PENDING_APPROVAL: [],
  ACTIVE: [
    { action: 'pause', word: '暂停', needs: 'coupon_templates.run' },
    { action: 'end', word: '停发', needs: 'coupon_templates.run', ask: '停发后不能再发、也不能恢复。已领的照常能用到期。' },
  ],
  PAUSED: [
    { action: 'resume', word: '恢复', needs: 'coupon_templates.run' },
    { action: 'end', word: '停发', needs: 'coupon_templates.run', ask: '停发后不能再发、也不能恢复。已领的照常能用到期。' },
  ],
  ENDED: [{ action: 'archive', word: '归档', needs: 'coupon_templates.run' }],
  ARCHIVED: [],
}
