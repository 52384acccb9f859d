/** What became of reminding everybody, in one sentence. */
import type { RemindedAll } from '@/api/broadcasts'

const WHY: Record<RemindedAll['left_out'][number]['why'], string> = {
  LEFT: '已离职',
  AWAY: '不在',
  DECLINED: '说了不方便发',
  UNDER_WAY: '正在提醒',
  LIMIT: '24 小时内的次数用完了',
}

/** `提醒了 王芳、黄婷；没提醒 周敏（不在）`: nobody who was left out goes unnamed. */
export function remindedSentence(done: RemindedAll): string {
  const asked = done.reminded.length ? `提醒了 ${done.reminded.join('、')}` : '这次没有提醒谁'
  const left = done.left_out.map(({ staff, why }) => `${staff}（${WHY[why]}）`).join('、')
  return left ? `${asked}；没提醒 ${left}` : asked
}
