"""Refusals of WeChat Pay v3: an HTTP status, a code and a message."""


class PayRefusal(Exception):
    """The platform says no."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message


def parameter_error(message: str) -> PayRefusal:
    """400 PARAM_ERROR."""
    return PayRefusal(400, "PARAM_ERROR", message)
