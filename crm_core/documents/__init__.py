"""单据: what a workshop prints and signs, as PDF, with its number.

| kind | prefix | about | issued by itself |
| --- | --- | --- | --- |
| 环车检查单 | HC | the order | when the owner has signed it |
| 估价单 | GJ | the order | when it is sent |
| 维修委托书 | WT | the order | when the owner authorises it |
| 增项确认单 | ZX | a sheet of additional work | when the owner has answered |
| 领料单 | LL | the order | when somebody asks |
| 竣工检验单 | ZJ | the order | when the final inspection is passed |
| 机动车维修费用结算清单 | JS | the order | when the owner has agreed to the bill |
| 竣工出厂合格证 | HG | the order | when the final inspection of 二级维护, 总成修理 or 整车修理 is passed |
| 三包维修记录 | SB | the order | when the final inspection of the maker's jobs is passed; again when the car leaves |
| 收据 | SJ | a payment | when money came for a bill; of a deposit when somebody asks |
| 退款单 | TK | a refund | when the money went back |
| 代步车协议 | DB | a lending | when the car is handed out, and again when it is back |

Whoever may print one may also ask for it earlier. *Issuing* (`issuing`) freezes what it says, complete and as data,
under its number: `JS-S01-261123-0231` is the settlement of the order `RO-S01-261123-0231`; papers about other things
(`of_things`) end with the number of those. As long as what it rests on
is the same, so is the document; then its next *edition* is issued, `…/2`, and the earlier one stays. `contents` decides
what each kind says.

The *file* is printed in a child of the worker when somebody first wants it, and kept: everybody who opens or prints
the document later gets the same bytes. Paper that is printed again is marked 补打 with its count, by whom and when.
"""
