"""触达: by which ways a customer can be reached, and the one right question that would open the next.

ask       加好友, 绑定车辆 or 同意接收: asked by a person, where they meet the customer anyway, or by the page of their
          order; one at a time
answer    YES, NO or LATER; after a no this question is never put to them again, after a later not for some weeks

`rules` is pure. `asking` records an answer, `queries` says what to ask and shows how reach grows.
"""
