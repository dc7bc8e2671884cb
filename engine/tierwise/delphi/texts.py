"""The words of forms."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final

from tierwise.words.language import Text, phrase

TEXTS: Final[Mapping[str, Text]] = {
    "sheet": Text("Questionnaire", "专家咨询表"),
    "title": Text("{title} – expert panel, round {round}", "{title}专家咨询表（第{round}轮）"),
    "index": Text("Composite index", "综合指数"),
    "expert": Text("Expert: {name}    Code: {code}", "专家：{name}    编号：{code}"),
    "how": Text(
        "Please fill in the yellow cells only and send the file back; its name and format may change.",
        "请只填写黄色单元格，填好后将本文件发回；文件名与格式可以改变。",
    ),
    "scores": Text(
        "How important is each indicator for what stands above it? "
        "{least:g} = hardly, {top:g} = extremely important.",
        "请判断各指标对其上级指标的重要程度：{least:g} 分为很不重要，{top:g} 分为极其重要。",
    ),
    "budget": Text(
        "Please share out 100 points within each group by importance; the sheet shows what is left.",
        "请在每组指标内按重要程度分配 100 分，表中显示剩余分数。",
    ),
    "pairs": Text(
        "How many times as important is the row's indicator as the column's? 1 = equally, 3 = moderately, "
        "5 = strongly, 7 = very strongly, 9 = extremely more important; 1/3 … 1/9 where the column's is "
        "the more important. The consistency ratio CR should stay below 0.10.",
        "请判断行指标相对列指标的重要程度：1 同等重要，3 稍重要，5 明显重要，7 强烈重要，9 极端重要；"
        "列指标更重要时取 1/3 … 1/9。一致性比率 CR 应小于 0.10。",
    ),
    "progress": Text('"{} of {} answered"', '"已填 {} 项，共 {} 项"'),
    "self": Text("About yourself", "自我评价"),
    "familiarity": Text("How familiar are you with the subject?", "您对本领域的熟悉程度"),
    "basis": Text("Influence on your judgement: {basis}", "判断依据对您的影响程度：{basis}"),
    "number": Text("Code", "编号"),
    "question": Text("Question", "问题"),
    "answer": Text("Your answer", "您的评分"),
    "comment": Text("Comment", "意见"),
    "ask scores": Text("How important is “{name}” for “{parent}”?", "“{name}”对“{parent}”的重要程度"),
    "ask budget": Text("Points for “{name}” within “{parent}”", "“{name}”在“{parent}”中应得的分数"),
    "group": Text("“{parent}”", "“{parent}”"),
    "left": Text("points left", "剩余分数"),
    "over": Text("too many points", "已超出"),
    "remarks": Text("Any other comment", "其他意见"),
    "ratio": Text("Consistency ratio CR", "一致性比率 CR"),
    "worst": Text("Most out of line", "偏差最大的判断"),
    "open": Text("not yet complete", "尚未填完"),
    "wrong": Text("Please choose one of the values offered.", "请从下拉列表中选择。"),
    "range": Text(
        "Please enter a number from {least:g} to {top:g}.", "请填写 {least:g} 至 {top:g} 之间的数值。"
    ),
    "previous": Text("Your last answer", "您上轮的评分"),
    "median": Text("Median", "中位数"),
    "quartiles": Text("Quartiles", "四分位数"),
    "picture": Text("Answers of the panel", "专家评分分布"),
    "reason": Text(
        "Comment; your reason where you stay outside the quartiles",
        "意见；如评分在四分位区间之外，请说明理由",
    ),
    "outside": Text("outside the quartiles: please give a reason →", "在四分位区间之外，请说明理由 →"),
}


rendered = partial(phrase, TEXTS)
