"""What the profiles that ship say of periods and inspections: by which article, and what the office decided itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from qingdan.core.schema import Schemas
from qingdan.core.settings import settings
from qingdan.core.text import strict
from qingdan.model.settings import LEAD, OWN, Inspecting, Period, Settings
from qingdan.repo import resources

ROOT = Path(__file__).resolve().parent.parent
OFTEN = {
    "jinshui": {
        "自查": "jinshui-powers 第十六条",
        "联合督查": "district-operation 第十六条",
        "结果通报": "jinshui-powers 第十九条",
    },
    "liuzhai": {
        "自查": "liuzhai-powers 第十六条",
        "联合督查": "liuzhai-operation 第十五条",
        "随机抽查": "liuzhai-joint 第五条第（二）项",
        "结果通报": "liuzhai-joint 第七条",
    },
    "huiji": {"自查": "huiji-safety 第二十条", "抽查": "huiji-safety 第二十九条"},
}
"""What is to be done 定期 or 不定期, and the article that asks for it without saying how often."""
OFFICES = {"区政府法制办", "区编办", "区财政局", "区政务服务中心", "区电子政务中心"}
"""Who owes a month by S0 第二十一条."""


def said(place: str) -> Settings:
    text = (ROOT / "lists" / place / "qingdan.yaml").read_text("utf-8")
    return settings(strict.read(text)[0], Schemas(resources.schema_texts()))


def inspecting(place: str) -> Inspecting:
    found = said(place).inspecting
    assert found
    return found


def duty(place: str, name: str) -> Period:
    return next(each for each in said(place).periods if each.name == name)


@pytest.mark.parametrize("place", OFTEN)
def test_what_is_asked_for_now_and_then_has_a_frequency_of_the_offices_own(place: str) -> None:
    for name, article in OFTEN[place].items():
        found = duty(place, name)
        assert found.source.startswith(f"{OWN}（{article}")
        assert "定期" in found.source
        assert found.held_by


def test_the_five_offices_of_the_district_owe_their_months_by_the_article() -> None:
    month = duty("jinshui", "月结")
    assert (month.owner, month.source) == (LEAD, "district-operation 第二十一条")
    leads = [lead for kept in said("jinshui").lists.values() for lead in kept.leads]
    assert {lead.role for lead in leads if not lead.source.startswith(OWN)} == OFFICES
    assert {lead.role for lead in leads if lead.source.startswith(OWN)} == {
        "区政务服务改革管理办公室"
    }


def test_one_office_of_the_town_owes_the_month_of_every_list() -> None:
    month = duty("liuzhai", "月结")
    assert (month.owner, month.source) == ("人事办", "liuzhai-operation 第十八条")


def test_six_offices_owe_a_review_of_case_files_each() -> None:
    review = duty("jinshui", "卷宗评查")
    assert review.each
    assert {review.owner, *review.members} == OFFICES | {"区政务服务改革管理办公室"}


def test_only_what_the_duties_regulation_inspects_is_reported_as_it_says() -> None:
    known = inspecting("jinshui")
    article = "jinshui-duties 第十二条"
    for kind in known.kinds:
        stages = known.stages_of(kind)
        by_article = [stage.stage for stage in stages if stage.source == article]
        whole = ["报告", "会议", "排名", "公布"]
        assert by_article == (whole if kind in {"随机抽查", "普查"} else [])
    assert [stage.stage for stage in known.stages_of("联合督查")] == ["通报"]


def test_only_the_ways_of_the_joint_inspection_are_made_known_by_its_article() -> None:
    known = inspecting("liuzhai")
    told = {kind for kind in known.kinds if known.stages_of(kind)}
    assert told == {"联合督查", "专项检查", "随机抽查", "季度考评"}
