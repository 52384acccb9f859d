/** What a link opens for whoever holds it: no account, no session, nothing but the progress. */
import { platform } from '@/platform'
import { allShown, callOpenly } from './client'

export const shared = {
  progress: async (token: string) => {
    const page = await callOpenly('/api/owner/shared-progress/{token}', { path: { token } })
    return { ...page, nodes: await Promise.all(page.nodes.map(async (node) => ({ ...node, photos: await allShown(node.photos) }))) }
  },
  liveAddress: async (token: string, after: number) =>
    `${(await platform.server()).replace(/^http/, 'ws')}/api/owner/shared-progress/${encodeURIComponent(token)}/live?after=${after}`,
}
