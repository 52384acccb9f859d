"""What can be refused about the address book."""

from foundation.errors import NotFound, Refused


class ProposalGone(Refused):
    """The difference is another one by now, or none."""

    code = "proposal_gone"
    message = "这条建议已经变了，请刷新后再看。"


class DepartmentUnknown(NotFound):
    """WeCom has not told us of it."""

    message = "没有这个部门或标签，请先读取通讯录。"


class RuleMeansNothing(Refused):
    """A rule for a department names a store, any other a role."""

    code = "rule_means_nothing"
    message = "部门请选门店，职务和标签请选岗位。"
