"""The door of other programs: a DMS, an ERP, a data hub. Each calls with an API key (`crm_core.partners`).

It decides nothing. What leaves by itself, when something happens here, are webhooks (`crm_core.webhooks`).
"""
