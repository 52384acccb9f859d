"""What can be refused."""

from foundation.errors import InvalidInput


class ContentNotAccepted(InvalidInput):
    """Part of the content is missing, too long, or forbidden in advertising; the details say what."""

    code = "content_not_accepted"
    message = "内容要改一下。"
