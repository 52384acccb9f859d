"""A stand-in for Tencent Cloud SMS, under `/sms/`: review of templates, limits, reports and answers."""
