/** 人员: the staff with their roles and rights, WeCom's address book, friends compared, and what a leaver hands on. */
import { api, take, type Schema } from './typed'

export type Role = Schema<'Role'>
export type Reach = Schema<'Reach'>
export type Member = Schema<'Member'>
export type MemberRights = Schema<'MemberRights'>
export type Granted = Schema<'Granted'>
export type StandIn = Schema<'StandIn'>
export type SeenWhy = Schema<'SeenWhy'>
export type Candidate = Schema<'Candidate'>
export type RightCell = Schema<'RightCell'>
export type RolesIn = Schema<'RolesIn'>
export type AddressBook = Schema<'AddressBook'>
export type BookProposal = Schema<'BookProposal'>
export type BookKey = Schema<'BookKey'>
export type FriendPull = Schema<'FriendPullView'>
export type FriendWalk = Schema<'FriendWalkView'>
export type FriendDrift = Schema<'FriendDriftView'>
export type DriftKind = Schema<'DriftKind'>
export type Succession = Schema<'SuccessionPage'>
export type SuccessionEntry = Schema<'SuccessionEntry'>
export type SuccessionLine = Schema<'SuccessionLine'>
export type BelongingKind = Schema<'BelongingKind'>

const headers = (key: string) => ({ 'Idempotency-Key': key })

export const readMembers = (signal?: AbortSignal) => take(api.GET('/api/staff/members', { signal }))
export const readMemberRights = (id: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/members/{staff_id}/rights', { params: { path: { staff_id: id } }, signal }))
export const readSeenWhy = (id: number, customerId: number) =>
  take(api.GET('/api/staff/members/{staff_id}/seen-why', { params: { path: { staff_id: id }, query: { customer_id: customerId } } }))
export const findSeenWhy = (id: number, q: string) =>
  take(api.GET('/api/staff/members/{staff_id}/seen-why/customers', { params: { path: { staff_id: id }, query: { q } } }))
export const setRoles = (id: number, body: RolesIn) =>
  take(api.PUT('/api/staff/members/{staff_id}/roles', { params: { path: { staff_id: id } }, body }))

export const readRights = (signal?: AbortSignal) => take(api.GET('/api/staff/rights', { signal }))
export const setRight = (right: string, body: Schema<'RightIn'>) =>
  take(api.PUT('/api/staff/rights/{right}', { params: { path: { right } }, body }))

export const readDeputies = (signal?: AbortSignal) => take(api.GET('/api/staff/deputies', { signal }))
export const nameDeputy = (body: Schema<'DeputyIn'>, key: string) => take(api.POST('/api/staff/deputies', { body, headers: headers(key) }))
export const endDeputy = (id: number) => take(api.DELETE('/api/staff/deputies/{deputy_id}', { params: { path: { deputy_id: id } } }))

export const readAddressBook = (signal?: AbortSignal) => take(api.GET('/api/staff/address-book', { signal }))
export const pullAddressBook = (key: string) => take(api.POST('/api/staff/address-book/readings', { headers: headers(key) }))
export const acceptProposal = (body: Schema<'AcceptProposalIn'>, key: string) =>
  take(api.POST('/api/staff/address-book/acceptances', { body, headers: headers(key) }))
export const acceptNewMembers = (members: Schema<'NewMemberIn'>[], key: string) =>
  take(api.POST('/api/staff/address-book/new-members', { body: { members }, headers: headers(key) }))
export const refuseProposal = (body: Schema<'RefuseProposalIn'>, key: string) =>
  take(api.POST('/api/staff/address-book/refusals', { body, headers: headers(key) }))
export const setBookRule = (body: Schema<'BookRuleIn'>) => take(api.PUT('/api/staff/address-book/rules', { body }))

export const readFriendPull = (signal?: AbortSignal) => take(api.GET('/api/staff/friend-pulls/newest', { signal }))
export const beginFriendPull = (key: string) => take(api.POST('/api/staff/friend-pulls', { headers: headers(key) }))
export const readFriendWalks = (id: number, signal?: AbortSignal) =>
  take(api.GET('/api/staff/friend-pulls/{pull_id}/members', { params: { path: { pull_id: id } }, signal }))
export const readFriendDrifts = (id: number, kind?: DriftKind, signal?: AbortSignal) =>
  take(api.GET('/api/staff/friend-pulls/{pull_id}/drifts', { params: { path: { pull_id: id }, query: { kind } }, signal }))
export const confirmFriendsGone = (id: number, key: string) =>
  take(api.POST('/api/staff/friend-walks/{walk_id}/confirmation', { params: { path: { walk_id: id } }, headers: headers(key) }))

const at = (id: number) => ({ path: { succession_id: id } })
export const readSuccessions = (signal?: AbortSignal) => take(api.GET('/api/staff/successions', { signal }))
export const readSuccession = (id: number, signal?: AbortSignal) => take(api.GET('/api/staff/successions/{succession_id}', { params: at(id), signal }))
export const readSuccessionItems = (id: number, after: number, kind?: BelongingKind, signal?: AbortSignal) =>
  take(api.GET('/api/staff/successions/{succession_id}/items', { params: { ...at(id), query: { after, kind } }, signal }))
export const prepareSuccession = (body: Schema<'PrepareSuccessionIn'>, key: string) =>
  take(api.POST('/api/staff/successions', { body, headers: headers(key) }))
export const chooseTaker = (id: number, body: Schema<'ChooseTakerIn'>) =>
  take(api.PUT('/api/staff/successions/{succession_id}/takers', { params: at(id), body }))
export const startSuccession = (id: number, body: Schema<'StartSuccessionIn'>, key: string) =>
  take(api.POST('/api/staff/successions/{succession_id}/start', { params: at(id), body, headers: headers(key) }))
export const cancelSuccession = (id: number, body: Schema<'CancelSuccessionIn'>, key: string) =>
  take(api.POST('/api/staff/successions/{succession_id}/cancellation', { params: at(id), body, headers: headers(key) }))
