"""The list without one expert: as if they had never been asked."""

from dataclasses import replace

import numpy as np

import tierwise as tw
from tierwise.study.left_out import absent_experts


def test_it_is_the_list_of_the_others() -> None:
    scenario = tw.load("industrial-counties-2019")
    base = tw.index(scenario.panel, scenario.framework, scenario.spec, scenario.experts)
    cut = tw.tiers(base, scenario.spec)
    assert scenario.experts is not None
    found = absent_experts(base, cut, scenario.framework, scenario.spec, scenario.experts)
    assert found is not None
    assert found.names == scenario.experts.last.experts
    others = scenario.experts.those(lambda expert, camp: expert != found.names[2])
    own = tw.index(scenario.panel, scenario.framework, scenario.spec, others)
    shift = np.abs(own.ranks - base.ranks)
    assert found.differences.rank_shift_mean[2] == shift.mean()
    assert found.differences.rank_shift_max[2] == shift.max()
    changed = tw.tiers(own, scenario.spec).tiers != cut.tiers
    assert found.differences.units_changing_tier[2] == changed.sum()


def test_there_is_none_where_weights_are_given_or_one_expert_is_left() -> None:
    scenario = tw.load("industrial-counties-2019")
    experts = scenario.experts
    assert experts is not None
    base = tw.index(scenario.panel, scenario.framework, scenario.spec, experts)
    cut = tw.tiers(base, scenario.spec)
    given = scenario.spec.index.model_copy(update={"weights": "framework"})
    spec = scenario.spec.model_copy(update={"index": given})
    assert absent_experts(base, cut, base.framework, spec, experts) is None
    last = replace(experts.last, experts=experts.last.experts[:1], scores=experts.last.scores[:1])
    alone = replace(experts, rounds=(replace(last, authority=None, camps=None),))
    assert absent_experts(base, cut, scenario.framework, scenario.spec, alone) is None
