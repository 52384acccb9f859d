/** A page the phone opens the mini-program at: by a card, a notice, or the story's wish. */

/** A group-send card's page must end in `.html` for WeChat, which opens the page without it. */
export function routeOf(path: string): string {
  const [page = '', query] = path.split('?')
  const plain = page.replace(/^\//, '').replace(/\.html$/, '')
  return `/${plain}${query ? `?${query}` : ''}`
}

export function openPath(path: string): void {
  uni.reLaunch({ url: routeOf(path), fail: () => void uni.reLaunch({ url: '/pages/home/index' }) })
}
