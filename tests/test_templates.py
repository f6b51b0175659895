"""A workspace's own templates: they go before ours, say in a sentence what is wrong, and can do no harm."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from conftest import Run, commit, put
from document_examples import APPLICATION, PERIOD
from qingdan.core.schema import Schemas
from qingdan.desk import documents
from qingdan.desk.templates import names
from qingdan.model.errors import UsageError
from qingdan.render.official import confined, filling
from qingdan.repo.resources import schema_texts

OFFICE = documents.Office(Schemas(schema_texts()), {})
HEAD = "---\ntitle: 通报\n---\n"


def text_of(template: str, **others: str) -> str:
    """What a template of the workspace makes of the example of a period's report."""
    own = {"period.md": template, **{f"{name}.md": text for name, text in others.items()}}
    place = replace(OFFICE, templates=own)
    done = documents.made(place, "period.md", documents.plain(PERIOD))
    return documents.written(place, done, ("md",))["md"].decode()


def refused(template: str, **others: str) -> str:
    with pytest.raises(UsageError) as told:
        text_of(template, **others)
    return str(told.value)


def test_a_workspace_lays_out_its_own_document() -> None:
    assert text_of(HEAD + "{{ jurisdiction }}：{{ opening }}\n") == (
        "# 通报\n\n示例市示例区：现将2026年10月清单运行情况汇总如下：\n"
    )


def test_a_template_may_build_upon_ours_and_upon_others_of_the_workspace() -> None:
    assert "{% block" not in filling.builtin_text("period.md")
    shared = "{% macro counted(n) %}**共{{ n }}件**{% endmacro %}"
    text = text_of(
        HEAD + '{% from "shared.md" import counted %}{{ counted(sections | length) }}\n',
        shared=shared,
    )
    assert text == "# 通报\n\n**共2件**\n"
    ours = text_of('{% include "builtin/period.md" %}\n\n补充说明。\n')
    assert ours.startswith("**示例市示例区人民政府法制办公室文件**")
    assert "补充说明。" in ours
    assert "## 二、存在的问题" in ours


def test_ours_is_never_changed_by_a_shared_template_of_the_workspace() -> None:
    own = replace(OFFICE, templates={"_letterhead.md": "number: 假〔2026〕1号\n"})
    done = documents.made(own, "adjustment-application.md", documents.plain(APPLICATION))
    assert done.head.number == APPLICATION.letterhead.number


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            "甲\n{{ openning }}\n",
            "templates/period.md第5行：没有“openning”这项数据，可用的有：closing、",
        ),
        ("{{ letterhead.nummer }}\n", "第4行：没有“nummer”这项数据，可用的有：issuer、number"),
        ("{% for x in sections %}\n", "第4行：模板语法有误，有标签没有结束"),
        ("甲\n乙 {{ opening | upcase }}\n", "第5行：模板语法有误，没有“upcase”这个过滤器"),
        ("{% fo x in sections %}\n", "第4行：模板语法有误，没有“fo”这种标签"),
        ("{{ opening }\n", "第4行：模板语法有误"),
        ('{% include "no.md" %}\n', "第4行：没有“no.md”这个模板"),
        ('{% include "../qingdan.yaml" %}\n', "第4行：没有“../qingdan.yaml”这个模板"),
        ('{% include "/etc/passwd" %}\n', "第4行：没有“/etc/passwd”这个模板"),
        ('{% include "builtin/../../page.html" %}\n', "第4行：没有"),
        ('{% extends "builtin/../page.html" %}\n', "没有"),
        ("{{ ''.__class__.__mro__ }}\n", "第4行：模板用了不允许的功能"),
        ("{{ opening.format.__globals__ }}\n", "第4行：模板用了不允许的功能"),
        ("{{ sections.append(1) }}\n", "第4行：模板用了不允许的功能"),
        ("{{ 1 / 0 }}\n", "第4行：模板不能这样处理数据"),
        ("{{ 3 | day }}\n", "模板不能这样处理数据"),
        ("{{ range(10000000) | list }}\n", "第4行：循环的次数过多"),
        ('{% include "period.md" %}\n', "相互引用过深"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}\n", "相互引用过深"),
    ],
)
def test_what_is_wrong_is_told_with_file_and_line(body: str, said: str) -> None:
    assert said in refused(HEAD + body)


@pytest.mark.parametrize(
    "body",
    [
        "{{ 'x' * 100000000000 }}",
        "{{ '%100000000000d' | format(1) }}",
        "{{ 'x' | center(100000000000) }}",
        "{{ 9 ** (9 ** 9) }}",
        "{% set n = namespace(s='x') %}{% for i in range(60) %}{% set n.s = n.s ~ n.s %}{% endfor %}",
        "{% for i in range(90000) %}{{ opening }}{{ opening ~ i }}{% endfor %}",
        "{% for a in range(90000) %}{% for b in range(90000) %}{% if a > b > a %}x{% endif %}{% endfor %}{% endfor %}",
    ],
)
def test_a_bomb_goes_off_apart_and_in_time(body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confined, "SECONDS", 4)
    begun = time.monotonic()
    said = refused(HEAD + body + "\n")
    assert time.monotonic() - begun < 30
    assert said.startswith("templates/period.md")
    assert any(word in said for word in ("内存", "过长", "秒", "过多", "不能这样处理"))


def test_nothing_of_the_environment_reaches_a_template(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The process apart starts in no folder of the workspace and with no variable that loads code."""
    put(tmp_path, "jinja2.py", "raise SystemExit('code of the workspace ran')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert text_of(HEAD + "正文。\n") == "# 通报\n\n正文。\n"
    assert "没有“environ”这项数据" in refused(HEAD + "{{ environ }}\n")


@given(st.text(max_size=60))
def test_looking_at_a_template_never_fails(text: str) -> None:
    for line, sentence in filling.faults(text, ("opening",)):
        assert line >= 1
        assert sentence


def test_looking_at_a_template_runs_nothing_of_it() -> None:
    assert list(filling.faults("{{ 'x' * 100000000000 }}{{ 9 ** (9 ** 9) }}", ("opening",))) == []
    deep = "{% if 1 %}" * 3000 + "{% endif %}" * 3000
    assert list(filling.faults(deep, ())) == [(1, "模板嵌套过深")]


@pytest.mark.parametrize("name", filling.builtin_names())
def test_ours_use_no_data_that_is_not_there(name: str) -> None:
    assert list(filling.faults(filling.builtin_text(name), names(name))) == []


def test_the_bulletin_is_made_by_the_template_of_the_quarters_end(
    small: Path, qingdan: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_COMMITTER_DATE", "2026-09-20T10:00:00+08:00")
    put(small, "templates/quarter.md", HEAD + "本单位的版式：{{ period }}。\n")
    commit(small, "自己的通报版式")
    put(small, "templates/quarter.md", HEAD + "还没有提交的版式。\n")
    words = ("report", "--quarter", "2026Q3", "--today", "2026-11-20", "--format", "md")
    assert qingdan(small, *words) == 0
    assert (small / "reports/2026Q3.md").read_text(
        "utf-8"
    ) == "# 通报\n\n本单位的版式：2026年第三季度。\n"
    assert not (small / "reports/2026Q3.docx").exists()


def test_validate_names_file_and_line(
    small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    put(small, "templates/quarter.md", HEAD + "\n{{ jurisdiktion }}\n")
    put(small, "templates/feedback.md", b"\xff\xfe\x00")
    (small / "templates/period.md").symlink_to("/etc/passwd")
    assert qingdan(small, "validate", "--format", "concise") == 1
    said = capsys.readouterr().out
    assert "templates/quarter.md:5" in said
    assert "没有“jurisdiktion”这项数据" in said
    assert "templates/feedback.md" in said
    assert "链接" in next(line for line in said.splitlines() if "templates/period.md" in line)


def test_a_linked_template_is_not_read(
    small: Path, qingdan: Run, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    put(tmp_path, "outside.md", HEAD + "工作区以外的内容。\n")
    (small / "templates").mkdir()
    (small / "templates/list-publication.md").symlink_to(tmp_path / "outside.md")
    assert qingdan(small, "export", "--list", "powers", "--format", "md") == 0
    said = capsys.readouterr().out
    assert "工作区以外" not in said
    assert "清单公示" in said
