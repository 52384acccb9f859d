"""What can be refused."""

from foundation.errors import InvalidInput


class ComplaintUnclear(InvalidInput):
    """A complaint needs words and a store, and may have a few photos."""

    code = "complaint_unclear"
    message = "请写明哪里不满意，照片最多 6 张。"
