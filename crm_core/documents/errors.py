"""What can be refused."""

from foundation.errors import NotFound, Refused


class DocumentNotFound(NotFound):
    """No such document for this reader."""

    message = "没找到这张单据。"


class DocumentNotYet(Refused):
    """The step it is about has not been taken."""

    code = "document_not_yet"
    message = "现在还不能出这张单据，请先完成对应的步骤。"


class FileNotReady(Refused):
    """The file is still being made."""

    code = "document_file_not_ready"
    message = "单据还在生成，请过几秒再打开。"
