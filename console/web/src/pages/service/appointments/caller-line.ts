/**
 * Who is on the phone, from one pasted line: 「沪A12345 王先生 13800001234」 in any order and spelling. What is read only fills
 * fields; the server judges it.
 */
export interface CallerLine {
  name: string
  phone: string
  plate: string
}

const PROVINCES = '京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼'
const PLATE = new RegExp(`[${PROVINCES}]\\s*[A-HJ-NP-Za-hj-np-z][\\s·•・.-]*(?:[A-Za-z0-9]\\s?){4,5}[A-Za-z0-9挂学警港澳](?![A-Za-z0-9])`)
const PHONE = /(?:(?:\+|00)\s?\d{1,3}[\s()-]*)?(?:\d[\s()-]?){7,11}\d/
const MOBILE = /(?:(?:\+|00)?86[\s()-]*)?1[3-9](?:[\s()-]?\d){9}(?!\d)/
/** Zero-width characters and marks of writing direction, which copying from a chat brings along. */
const UNSEEN = /[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g
const LABELS = /(?:姓名|名字|联系人|称呼|客户|车主|电话|手机号?|联系电话|车牌号?码?|号码)\s*[:：]?/g

/** What of the line could be told; empty is what could not. */
export function readCaller(line: string): CallerLine {
  let rest = line.normalize('NFKC').replace(UNSEEN, '').replace(/[\s\u3000]+/g, ' ')
  function cut(pattern: RegExp): string {
    const found = pattern.exec(rest)
    if (!found) return ''
    rest = `${rest.slice(0, found.index)} ${rest.slice(found.index + found[0].length)}`
    return found[0].trim()
  }
  const phone = cut(MOBILE)
  const plate = cut(PLATE)
  const other = phone || cut(PHONE)
  const name = rest
    .replace(LABELS, ' ')
    .split(/[,，、;；|/\s]+/)
    .filter((word) => /^[\p{L}·•'.-]+$/u.test(word))
    .join(' ')
  return { name, phone: other.replace(/[\s()-]/g, ''), plate: plate.replace(/[\s·•・.-]/g, '').toUpperCase() }
}

/** Whether the line says more than one thing: only then a paste is divided among the fields. */
export const isWholeCaller = ({ name, phone, plate }: CallerLine): boolean => [name, phone, plate].filter(Boolean).length > 1
