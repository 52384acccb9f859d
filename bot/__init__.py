"""Conversations: what WeCom tells us, and what staff do from a chat.

* `door`: the one address that WeCom calls. It verifies, decrypts, and answers once the callback is in the *inbox*.
* `inbox`: concurrent callbacks of one process are written together, each once under its *dedupe key*, with its job.
* `jobs`, `handlers`: what each callback means, one function per event, one transaction per callback.
* `cards`: a card's buttons (`confirm:appointment:12:3`) and what they do; a second presser is told who was first.
* `sms_pushes`: where Tencent Cloud tells whether an SMS arrived and what somebody answered.
* `skills`: the verbs behind the buttons, one file per business object.

An inbox message ends as `done`, `ignored` (nothing to do), `unknown` (an event for which we have no class) or `refused`
(a rule of the dealership refused it). A message about a member we do not know is `waiting` until they become known or a
month has passed.
"""
