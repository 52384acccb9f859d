"""好友核对: every member's list of WeCom friends beside ours, read whole at first, then nightly and on demand.

pull      one reading of all lists
walk      one member's list within it, with WeCom's cursor, so that a crash costs one page
drift     a difference that was found: somebody we did not know, somebody who is gone, another remark or tag
HELD      most of a member's list is gone: nobody is taken for lost before a person says so

WeCom's callbacks are hints and some are lost; without this every old friend would count as a stranger.
"""
