"""What can be refused."""

from foundation.errors import InvalidInput, NotFound, TooManyRequests, Unauthenticated, Unavailable


class KeyNotGood(Unauthenticated):
    """There is no such key, or it has expired or was ended."""

    code = "api_key_not_good"
    message = "接口密钥无效、已过期或已停用，请向门店管理员要新的密钥。"


class TooManyCalls(TooManyRequests):
    """The key's limit is used up; details say in how many seconds to try again."""

    code = "api_calls_used_up"
    message = "这把密钥的调用太频繁，请按 Retry-After 等待后再试。"


class ApiKeyNotFound(NotFound):
    """No such key for this actor."""

    message = "没找到这把密钥。"


class ProgramNotAccepted(InvalidInput):
    """The mark of the other program is not short and plain."""

    code = "api_key_program"
    message = "对方系统的代号要用小写字母开头，只含小写字母、数字和下划线，2 到 12 位，例如 dms。"


class ScopesNotAccepted(InvalidInput):
    """No scope, or personal data without anything to read."""

    code = "api_key_scopes"
    message = "至少选一项权限；要读取个人信息，请同时勾选“读取”。"


class ExpiryInThePast(InvalidInput):
    """A key that would be dead at birth."""

    code = "api_key_expiry"
    message = "到期时间要在将来。"


class StandsTwice(InvalidInput):
    """One number twice in a call; `external_id` says which."""

    code = "external_id_twice"
    message = "同一次调用里，一个编号出现了两次，请合并后再发。"


class ImportIsWriting(Unavailable):
    """A file is being imported; the same call succeeds once it is through."""

    code = "import_is_writing"
    message = "门店正在导入数据，请稍后再试。"
