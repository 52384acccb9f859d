/** 开放接口 and 回调推送: keys of other programs, and what they are told. */
import { api, keyed, take, type Schema } from './typed'

export type ApiKey = Schema<'ApiKeyRow'>
export type Scope = Schema<'Scope'>
export type Webhook = Schema<'WebhookRow'>
export type OfferedEvent = Schema<'OfferedEvent'>
export type Delivery = Schema<'DeliveryRow'>

export const readApiKeys = () => take(api.GET('/api/staff/api-keys'))
export const makeApiKey = (body: Schema<'ApiKeyIn'>) => take(api.POST('/api/staff/api-keys', { body }))
export const rotateApiKey = (key: ApiKey) =>
  take(api.POST('/api/staff/api-keys/{api_key_id}/rotation', { params: { path: { api_key_id: key.id } }, body: { version: key.version } }))
export const endApiKey = (key: ApiKey, intent: string) =>
  take(api.POST('/api/staff/api-keys/{api_key_id}/end', { params: { path: { api_key_id: key.id }, header: keyed(intent) }, body: { version: key.version } }))

const at = (hook: Webhook) => ({ path: { webhook_id: hook.id } })
export const readWebhooks = () => take(api.GET('/api/staff/webhooks'))
export const makeWebhook = (body: Schema<'WebhookIn'>) => take(api.POST('/api/staff/webhooks', { body }))
export const rotateWebhook = (hook: Webhook) => take(api.POST('/api/staff/webhooks/{webhook_id}/rotation', { params: at(hook), body: { version: hook.version } }))
export const pauseWebhook = (hook: Webhook) => take(api.POST('/api/staff/webhooks/{webhook_id}/pause', { params: at(hook), body: { version: hook.version } }))
export const resumeWebhook = (hook: Webhook) =>
  take(api.POST('/api/staff/webhooks/{webhook_id}/resumption', { params: at(hook), body: { version: hook.version } }))
export const endWebhook = (hook: Webhook) => take(api.POST('/api/staff/webhooks/{webhook_id}/end', { params: at(hook), body: { version: hook.version } }))
export const pingWebhook = (hook: Webhook, intent: string) =>
  take(api.POST('/api/staff/webhooks/{webhook_id}/pings', { params: { ...at(hook), header: keyed(intent) } }))
export const readDeliveries = (webhook_id: number, cursor?: string) =>
  take(api.GET('/api/staff/webhooks/{webhook_id}/deliveries', { params: { path: { webhook_id }, query: { cursor } } }))
export const replay = (delivery: Delivery, intent: string) =>
  take(
    api.POST('/api/staff/webhook-deliveries/{webhook_delivery_id}/replay', {
      params: { path: { webhook_delivery_id: delivery.id }, header: keyed(intent) },
      body: { version: delivery.version },
    }),
  )
