"""A stand-in for WeCom, the WeChat mini program and WeChat Pay over real HTTP, with controls to act as the people.

Nobody needs a corp account to see WeDealer work: the product talks to this process exactly as it would talk to the
platforms, only the base addresses differ. It shares no code with `integrations`: both sides are written from the
platforms' documents, so that a mistake in one of them shows.

Words:
- **door**: one platform call the product may make (`externalcontact/get`, `/v3/pay/transactions/jsapi` …).
- **hand**: what a person does, under `/control/…` (scan a code, press a card's button, pay, refuse to send).
- **delivery**: something the platform sends to the product (encrypted callback, push, payment notification).
- **fault**: a seeded decision to lose, repeat, reorder or delay a delivery, or to answer a call badly.

Parts: `world` (who and what exists, written through to PostgreSQL), `wecom/`, `weixin/`, `pay/` (doors and deliveries),
`control/` (hands), `faults`, `platform_log` (everything sent, as it was on the wire), `server`. It is one process: the
world lives in its memory.
"""
