"""The errors of comebacks."""

from foundation.errors import NotFound, Refused


class NotAComeback(Refused):
    """The car has no finished work of that visit that it could come back for: another car, never handed over, or too
    long ago.
    """

    code = "not_a_comeback"
    message = "那次维修已过质保期，也不在返修统计的天数内，不能认定为返修。"


class ComebackNotFound(NotFound):
    """Nothing says that this visit is a comeback."""

    message = "这张工单没有返修提示。"


class NotUnderGuarantee(Refused):
    """A job is to be free that repeats no job of the visit it comes back for, or whose guarantee has ended."""

    code = "not_under_guarantee"
    message = "这个项目不在质保返修范围：要先认定返修，项目和原来的一样，并且质保期没过。"


class FreeJobsStand(Refused):
    """It cannot be denied that this is a comeback while it has free jobs."""

    code = "free_jobs_stand"
    message = "单上有质保返修的项目，先改报价或取消这些项目。"
