"""The page that texts lead to opens the mini program at the offer of whoever has it open."""

from campaigns.channels.sms_mass import LINK
from tests.fixtures.web import Web


async def test_the_fixed_link_opens_the_mini_program_and_names_nobody(web: Web):
    async with web.stranger() as http:
        answer = await http.get(f"{web.address}{LINK}")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    for part in ("weixin://dl/business/?appid=", "path=pages/gift/claim&amp;query=campaign%3Dsms"):
        assert part in answer.text
