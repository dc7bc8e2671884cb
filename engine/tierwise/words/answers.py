"""The sentences that answer an editor's questions about a list (``report.answers``)."""

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "doubts": ("Which data should be checked again?", "哪些数据需要再核对？"),
    "no_doubt": (
        "None: no listed unit misses a fifth of its indicators, and no row, column, name or order of "
        "magnitude stands out.",
        "没有：入榜单位的缺失指标均不足两成，也未发现重复的行或列、相近的名称和异常的量级。",
    ),
    "blank_figures": (
        "{count:figure|figures} of listed units {count:~is|are} blank, in: {names}.",
        "入榜单位有 {count} 个数值空缺，涉及指标：{names}。",
    ),
    "doubt_sum": (
        "{count:unit equals|units equal} the sum of others: {names}.",
        "{count} 个单位等于其他单位之和：{names}。",
    ),
    "doubt_repeated": (
        "{count:group of units has|groups of units have} the same figures throughout: {names}.",
        "{count} 组单位的各项数值完全相同：{names}。",
    ),
    "doubt_magnitude": (
        "{count:value lies|values lie} orders of magnitude off the column: {names}.",
        "{count} 个数值与所在列相差数个量级：{names}。",
    ),
    "doubt_scales": (
        "{count:column holds|columns hold} two scales: {names}.",
        "{count} 列混有两种量级：{names}。",
    ),
    "doubt_column": (
        "{count:pair of indicators is|pairs of indicators are} one, but for a factor: {names}.",
        "{count} 对指标相等或仅差一个倍数：{names}。",
    ),
    "doubt_missing": (
        "{count:listed unit misses a fifth of its|listed units miss a fifth of their} "
        "indicators or more: {names}.",
        "{count} 个入榜单位缺失两成及以上的指标：{names}。",
    ),
    "doubt_weight": (
        "In {count:listed unit|listed units} an indicator has more than twice its weight, for "
        "want of others: {names}.",
        "{count} 个入榜单位因数据缺失，某项指标的权重超过名义权重的两倍：{names}。",
    ),
    "doubt_name": (
        "{count:pair|pairs} of names may be one unit: {names}.",
        "{count} 对名称可能指同一单位：{names}。",
    ),
    "doubt_code": (
        "{count:pair of codes differs|pairs of codes differ} only by case, width or spaces: {names}.",
        "{count} 对代码仅有大小写、全半角或空格之别：{names}。",
    ),
    "luck": ("Which units are in the list only by luck?", "哪些单位入榜带有偶然性？"),
    "all_listed": (
        "None: all {units} units of the data are listed, whatever the weights.",
        "没有：数据中的 {units} 个单位全部入榜，与权重无关。",
    ),
    "all_sure": (
        "None: each of the {listed} listed units stays in the list in at least {sure:.0%} of the draws.",
        "没有：入榜的 {listed} 个单位在 {sure:.0%} 以上的抽样中均入榜。",
    ),
    "unsure": (
        "{count} of {listed:listed unit|listed units} {count:~is|are} out in more than "
        "{rest:.0%} of the draws: {names}.",
        "入榜的 {listed} 个单位中，有 {count} 个在超过 {rest:.0%} 的抽样中落榜：{names}。",
    ),
    "knocking": (
        "{count:unit outside comes|units outside come} in in more than {rest:.0%} of the draws: {names}.",
        "榜外有 {count} 个单位在超过 {rest:.0%} 的抽样中入榜：{names}。",
    ),
    "in_list": (
        "{name} (rank {rank:g}, in the list in {share:.0%} of the draws)",
        "{name}（第 {rank:g} 名，{share:.0%} 的抽样中入榜）",
    ),
    "centre": ("Do the draws lie around the published weights?", "权重抽样是否以发布的权重为中心？"),
    "off_centre": (
        "No: they lie around other weights than the index has, so that they tell of another list than the "
        "published one; the global weight of {name} is {draws:.2%} there and {index:.2%} in the index.",
        "否：抽样的中心不是指数的权重，反映的不是发布的名单；"
        "“{name}”的组合权重在抽样中为 {draws:.2%}，在指数中为 {index:.2%}。",
    ),
    "cuts": ("Where may the tier boundaries move?", "梯队边界可能移到哪里？"),
    "cut": (
        "Cut {cut} (after rank {rank}, {above} | {below}): in {interval:.0%} of the draws {where}; "
        "exactly here in {same:.0%}.",
        "边界 {cut}（第 {rank} 名之后，{above} | {below}）：{interval:.0%} 的抽样中{where}，"
        "恰在此处的占 {same:.0%}。",
    ),
    "between": ("after ranks {low} to {high}", "位于第 {low} 至 {high} 名之后"),
    "one_place": ("after rank {low}", "位于第 {low} 名之后"),
    "tiers_unsure": (
        "{count} of {listed:unit|units} {count:~keeps its|keep their} tier in fewer than "
        "{sure:.0%} of the draws; "
        "least certain: {names}.",
        "{listed} 个单位中有 {count} 个在不足 {sure:.0%} 的抽样中保持原梯队，最不确定的是：{names}。",
    ),
    "tiers_sure": (
        "All {listed} units keep their tier in at least {sure:.0%} of the draws.",
        "{listed} 个单位在 {sure:.0%} 以上的抽样中梯队均不变。",
    ),
    "in_tier": ("{name} (tier {tier}: {share:.0%})", "{name}（第{tier:zh}梯队，{share:.0%}）"),
    "weight": ("Which weight decides it?", "哪项权重起决定作用？"),
    "most": (
        "The {outputs} depend most on {input}{shares}.",
        "{input}对{outputs}影响最大{shares}。",
    ),
    "most_one": (
        "The {outputs} depends most on {input}{shares}.",
        "{input}对{outputs}影响最大{shares}。",
    ),
    "output": ("{output} ({value:.0%})", "{output}（{value:.0%}）"),
    "shares": (
        " (sensitivity analysis; in brackets: share of the variance, interactions included)",
        "（敏感性分析；括号内为含交互作用的方差份额）",
    ),
    "shares_first": (
        " (sensitivity analysis; in brackets: share of the variance that knowing it explains)",
        "（敏感性分析；括号内为已知该项即可解释的方差份额）",
    ),
    "swing": (
        "A weight changed by a quarter moves ranks most at {names}; least at {least}.",
        "单项权重增减四分之一时，名次变动最大的是{names}；最小的是{least}。",
    ),
    "swung": ("{name} ({shift:.1f} places on average{tiers})", "“{name}”（平均 {shift:.1f} 位{tiers}）"),
    "swung_tiers": (", up to {count:unit changes|units change} tier", "，至多 {count} 个单位换梯队"),
    "swung_tier": (", up to 1 unit changes tier", "，至多 1 个单位换梯队"),
    "closest": (
        "The closest pair: weights off by {spread:.2%} are enough for {one} and {other} to change places.",
        "差距最小的一对：权重偏差达到 {spread:.2%}，{one}与{other}即可互换名次。",
    ),
    "no_closest": (
        "How far off weights must be for two units to change places is not proved; the summary says why.",
        "未证明权重偏差多大时名次互换，原因见概要。",
    ),
    "expert": ("What if an expert had been absent?", "少了某位专家会怎样？"),
    "indicator": ("What if an indicator is dropped?", "去掉某项指标会怎样？"),
    "most_absent": ("Without {name}: {what}.", "若无{name}：{what}。"),
    "most_dropped": ("Without {name}: {what}.", "去掉“{name}”：{what}。"),
    "moved": (
        "ranks move {shift:.1f} places on average, at most {most:g} ({unit})",
        "名次平均变动 {shift:.1f} 位，最多 {most:g} 位（{unit}）",
    ),
    "unmoved": ("no rank changes", "名次不变"),
    "tier_changes": ("1 unit changes tier", "1 个单位换梯队"),
    "tiers_change": ("{count:unit changes|units change} tier", "{count} 个单位换梯队"),
    "entries": ("{count:comes|come} in", "{count} 个单位新进榜"),
    "exits": ("{count:falls|fall} out", "{count} 个单位落榜"),
    "other_expert": (
        "Without any other expert: at most {shift:.1f} places on average{tiers}.",
        "其余专家逐一剔除时：平均变动不超过 {shift:.1f} 位{tiers}。",
    ),
    "other_code": (
        "Without any other indicator: at most {shift:.1f} places on average{tiers}.",
        "其余指标逐一剔除时：平均变动不超过 {shift:.1f} 位{tiers}。",
    ),
    "none_expert": (
        "Leaving out any one expert changes no rank and no tier.",
        "逐一剔除任一位专家，名次与梯队均不变。",
    ),
    "none_code": (
        "Leaving out any one indicator changes no rank and no tier.",
        "逐一去掉任一项指标，名次与梯队均不变。",
    ),
    "no_rank_expert": ("Leaving out any one expert changes no rank.", "逐一剔除任一位专家，名次均不变。"),
    "no_rank_code": ("Leaving out any one indicator changes no rank.", "逐一去掉任一项指标，名次均不变。"),
    "others_tiers": (", at most {count:unit changes|units change} tier", "，换梯队的单位不超过 {count} 个"),
    "others_tier": (", at most 1 unit changes tier", "，换梯队的单位不超过 1 个"),
    "no_tiers": (", and no unit changes tier", "，没有单位换梯队"),
    "by_whom": (" (without {name})", "（剔除{name}时）"),
    "and_more": ("{names} and {more} more", "{names}等（另有 {more} 个）"),
}
