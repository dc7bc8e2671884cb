"""How sentences say firsts, tops, places and tiers of named units, in both languages, on marked names."""

from __future__ import annotations

import re
from typing import Final

from tierwise.proofreading.mentions import GROUP, UNIT
from tierwise.proofreading.numbers import WORDS

COUNT: Final = r"(?:\d+|[一二三四五六七八九十百两]+)"
ONE: Final = f"(?:{GROUP}的?)*{UNIT}"
STRANGE: Final = rf"(?:{GROUP}的?)*[一-龥]{{2,8}}?(?:市|县|旗|区)(?=[、，。；（和及与等]|$)"
ITEM: Final = rf"(?:{ONE}|{STRANGE})(?:（[^（）]*）)?"
RUN: Final = rf"(?P<names>{ITEM}(?:[、和及与]{ITEM})*)"
END: Final = r"(?P<more>等[^，。；：]{0,8})?(?=[，。；：（）]|$)"
NOUN: Final = "(?:县市|县级市|县|市|区|单位|城市|者)*"
IS: Final = "(?P<order>(?:依次|分别|按序)?)(?P<verb>为|是|：|包括|有|由|即)：?(?:依次|分别)?"
FIRST: Final = "(?:首位|第一名|第一位|第一|首名|榜首|龙头)"

TOPS: Final = (
    re.compile(
        rf"(?P<group>(?:{GROUP}(?:省内|内|的)?)?)(?:县市)?(?:综合|总)?(?:排名|排|位居|位列|名列|居|列|位|入围)*"
        rf"(?:(?P<side>前|倒数|最后|末|后)(?P<top>{COUNT})(?:名|位|强|席|甲)?|(?P<strong>{COUNT})[强甲])"
        rf"的?{NOUN}{IS}{RUN}{END}"
    ),
)
WITHIN: Final = (
    re.compile(
        rf"{RUN}(?:均|都|同|也|双双|继续|仍|稳|全部)*(?P<order>(?:分别|依次)?)"
        rf"(?:位居|位列|居于|居|列|名列|排名|跻身|入围|进入|处于)(?P<all>包揽|占据|囊括)?(?:榜单|全国|百强)?的?"
        rf"前(?P<top>{COUNT})(?:名|位|强|席|甲)?{END}"
    ),
    re.compile(rf"{RUN}(?P<all>包揽|占据|囊括)(?:榜单)?的?前(?P<top>{COUNT})(?:名|位|强|席|甲)?{END}"),
)
FIRSTS: Final = (
    re.compile(
        rf"各(?P<kind>省份|省区|省|区域|地区|板块|地级市|设区市)?(?:（区、市）)?[^，。；：{UNIT}{GROUP}]{{0,8}}?"
        rf"{FIRST}的?[^，。；：{UNIT}{GROUP}]{{0,6}}?(?:依次|分别)?(?:为|是|有|：)+{RUN}{END}"
    ),
)
ONE_FIRST: Final = (
    re.compile(
        rf"(?P<group>{GROUP})(?:省内|境内|内|的|各县市|县市)*(?:中|里)?(?:综合)?(?:排名|位居|居|位列|列|排|名列)*"
        rf"{FIRST}的?{NOUN}(?:是|为|：)(?P<names>{ONE})"
    ),
    re.compile(
        rf"(?P<names>{ONE})(?:位居|居|位列|列|排名|名列|高居|稳居|为|是)*(?P<group>{GROUP})(?:省内|内|各县市|县市)*"
        rf"(?:之|中|的)?(?:首位|第一名|第一位|第一|榜首)(?=[，。；：、（）]|$)"
    ),
)
LIES: Final = (
    re.compile(
        rf"{RUN}(?P<each>分别|依次)?(?:均|都|同|也|皆|同样|全部)?"
        rf"(?:位于|地处|属于|隶属于?|属|来自|归属|坐落于)(?P<groups>{GROUP}(?:[、和及与]{GROUP})*)"
        rf"(?!首|第|前|末|榜|排|[^，。；]{{0,4}}{UNIT})"
    ),
)
JOINED_TO: Final = (re.compile(rf"(?P<names>(?P<groups>(?:{GROUP}的?)+){UNIT})"),)
IN_TIER: Final = (
    re.compile(
        rf"{RUN}(?:均|都|同|也|仍|继续|全部)*(?:属于|属|位于|列入|处于|归入|位列|居于|列|在|为)"
        rf"第(?P<tier>{COUNT})梯队"
    ),
)
TIER_IS: Final = (
    re.compile(
        rf"第(?P<tier>{COUNT})梯队(?:共|的)?(?:有|含)?(?:\d+个)?{NOUN}(?:，)?"
        rf"(?P<order>(?:依次|分别)?)(?P<verb>为|是|：|包括|由|即|含){RUN}(?:构成|组成)?{END}"
    ),
)

MANY: Final = rf"(?:\d+|{'|'.join(WORDS)})"
THING: Final = (
    r"(?:places?|ranks?|positions?|units?|counties|county|cities|city|districts?|countries|country|"
    r"provinces?|县（市）|县市|listed|on the list|of the list|in the ranking)"
)
NOTE: Final = rf"(?:(?: of| in) {GROUP}| \({GROUP}\))?(?: \([^()]*\))?"
NAMED: Final = rf"(?:{UNIT}|[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)*){NOTE}"
NAMES: Final = rf"(?P<names>{NAMED}(?:(?:, and |, | and ){NAMED})*)"
STOP: Final = r"(?=(?P<more>(?:,? and others|,? among others|, etc)?)(?:[,.;:]|$| in that order))"
ORDINALS: Final = ("first", "second", "third", "fourth", "fifth", "sixth")

E_TOPS: Final = (
    re.compile(
        rf"[Tt]he (?P<side>top|first|leading|bottom|last) (?P<top>{MANY})(?: {THING})*"
        rf"(?: (?:of|in) (?P<group>{GROUP}))?(?P<order>,? in order,?|,? respectively,?)?"
        rf"(?P<verb> are| were| go to| belong to| include|:)(?P<late>,? in order[,:]?| respectively[,:]?)? "
        rf"{NAMES}{STOP}"
    ),
    re.compile(
        rf"{NAMES} (?P<verb>are|were|make up|form|fill|take) the (?P<side>top|first|leading|bottom|last) "
        rf"(?P<top>{MANY})(?: {THING})*{STOP}"
    ),
)
E_WITHIN: Final = (
    re.compile(
        rf"{NAMES} (?:is|are|ranks?|stands?|comes?|remains?)(?: all| both| still)? "
        rf"(?:among|in|within) the (?:top|first) (?P<top>{MANY})(?: {THING})*{STOP}"
    ),
)
E_FIRSTS: Final = (
    re.compile(
        rf"[Tt]he first (?:\w+ )?(?:of|in) (?:the|each|every) (?P<kind>\w+)(?: on the list)?"
        rf"(?: are| is|:) {NAMES}{STOP}"
    ),
)
E_ONE_FIRST: Final = (
    re.compile(rf"[Tt]he (?:first|leading|top) (?:\w+ )?(?:of|in) (?P<group>{GROUP}) is (?P<names>{UNIT})"),
    re.compile(
        rf"(?P<names>{UNIT}) (?:leads|heads|tops|(?:is|comes|ranks) (?:the )?first (?:\w+ )?(?:of|in)) "
        rf"(?P<group>{GROUP})(?=[,.;:]|$| and )"
    ),
)
E_LIES: Final = (
    re.compile(
        rf"{NAMES} (?:(?:all|both) )?"
        rf"(?:lies?|is|are|sits?|belongs?|(?:is|are) (?:located|situated))(?: all| both)? "
        rf"(?:in|to) (?P<groups>{GROUP}(?:(?:, and |, | and ){GROUP})*)(?P<each>,? respectively)?(?![-\w])"
    ),
)
E_JOINED_TO: Final = (
    re.compile(rf"(?P<names>{UNIT})(?: of | \()(?P<groups>{GROUP})"),
    re.compile(rf"(?P<groups>{GROUP})['’]s? (?P<names>{UNIT})"),
)
E_IN_TIER: Final = (
    re.compile(
        rf"{NAMES} (?:is|are|stays?|belongs?|falls?|remains?)(?: all| both| still)? (?:in|to|into) "
        rf"(?:[Tt]ier (?P<tier>\d+)|the (?P<ordinal>{'|'.join(ORDINALS)}) tier)"
    ),
)
E_TIER_IS: Final = (
    re.compile(
        rf"(?:[Tt]ier (?P<tier>\d+)|[Tt]he (?P<ordinal>{'|'.join(ORDINALS)}) tier)"
        rf"(?P<verb> is| consists of| comprises| is made up of| includes| contains|:) {NAMES}{STOP}"
    ),
)
E_KINDS: Final = {
    "province": "province",
    "region": "region",
    "prefecture": "prefecture",
    "countr": "country",
}
KINDS: Final = {
    "省份": "province",
    "省区": "province",
    "省": "province",
    "区域": "region",
    "地区": "region",
    "板块": "region",
    "地级市": "prefecture",
    "设区市": "prefecture",
}
