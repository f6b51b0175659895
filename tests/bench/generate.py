"""``python tests/bench/generate.py FOLDER ITEMS``: a generated district of any size, the same bytes for the same seed.

Items have the size that real lists have, about 1.5 KB; some are long and some short. Every unit has a file of its own.
"""

from __future__ import annotations

import random
import shutil
import sys
from pathlib import Path
from typing import cast

from qingdan.core.schema import Schemas
from qingdan.core.text import strict
from qingdan.core.text.canonical import emit
from qingdan.model.values import Doc, Value
from qingdan.repo import resources

ITEMS_A_FILE = 18
_TYPES = (
    ("行政许可", "XK"),
    ("行政处罚", "CF"),
    ("行政确认", "QR"),
    ("行政检查", "JC"),
    ("其他行政权力", "QT"),
)
_FIELDS = (
    "食品经营",
    "危险化学品",
    "公共场所卫生",
    "城市道路",
    "民办学校",
    "劳务派遣",
    "特种设备",
    "排水",
    "燃气",
    "户外广告",
    "医疗机构",
    "文物保护",
)
_OBJECTS = (
    "从业人员",
    "经营场所",
    "生产单位",
    "施工现场",
    "公共设施",
    "登记事项",
    "安全条件",
    "资质条件",
)
LAWS = (
    "中华人民共和国行政许可法",
    "中华人民共和国行政处罚法",
    "中华人民共和国安全生产法",
    "中华人民共和国食品安全法",
)


def generate(folder: Path, count: int, seed: int = 20261120) -> None:
    """A workspace with ``count`` powers below ``folder``, in files of eighteen."""
    chance = random.Random(seed)
    schemas = Schemas(resources.schema_texts())
    sample = resources.folder("lists") / "jinshui"
    for name in ("lists/powers", "registers", "rules"):
        (folder / name).mkdir(parents=True)
    shutil.copy(sample / "qingdan.yaml", folder)
    for pack in packs_of((folder / "qingdan.yaml").read_text("utf-8")):
        shutil.copy(resources.folder("rules") / f"{pack}.yaml", folder / "rules")
    codes = [f"U-{number:05d}" for number in range(-(-count // ITEMS_A_FILE))]
    units, _ = strict.read((sample / "registers" / "units.yaml").read_text("utf-8"))
    entries = [*cast("list[Value]", cast("Doc", units)["units"]), *map(_unit, codes)]
    laws: list[Value] = [{"title": law, "level": "法律", "check": "未核对"} for law in LAWS]
    for register, values in (("units", entries), ("laws", laws)):
        text = emit({register: values}, schemas[register].layout)
        (folder / "registers" / f"{register}.yaml").write_text(text, "utf-8")
    for place, code in enumerate(codes):
        size = min(ITEMS_A_FILE, count - place * ITEMS_A_FILE)
        items: list[Value] = [item(chance, code, number) for number in range(size)]
        document: Doc = {"list": "powers", "unit": code, "items": items}
        path = folder / "lists" / "powers" / f"{code}.yaml"
        path.write_text(emit(document, schemas["powers"].layout), "utf-8")


def _unit(code: str) -> Doc:
    """A unit as the register has it after an import."""
    number = code[2:]
    return {
        "code": code,
        "name": f"第{number}号单位",
        "kind": "区直",
        "enforcement": {"confirmed": "2019-04-22", "published": "2019-04-28"},
        "complaint": {
            "phone": "0371-00000000",
            "email": f"u{number}@jinshui.example",
            "scope": "本单位行使职权中的违法或者不当行为",
            "channels": "电话、电子信箱、来信来访",
            "procedure": "登记后由法制科核查，结果答复投诉人",
            "limit": "15个工作日内办结并答复",
        },
    }


def packs_of(settings: str) -> list[str]:
    """The packs of the regulations that a ``qingdan.yaml`` lists."""
    return [
        path.stem
        for path in sorted(resources.folder("rules").glob("*.yaml"))
        if f"- id: {path.stem}\n" in settings
    ]


def item(chance: random.Random, unit: str, number: int) -> Doc:
    """A power of a unit with everything that a good list says of one."""
    kind, letters = chance.choice(_TYPES)
    field, thing = chance.choice(_FIELDS), chance.choice(_OBJECTS)
    limits = [chance.randint(1, 4) for _ in range(4)]
    steps = (
        ("受理", "审查", "决定", "送达") if kind != "行政处罚" else ("立案", "调查", "告知", "决定")
    )
    flow: list[Value] = [
        {
            "step": step,
            "limit": f"{limit}个工作日",
            "post": f"{step}岗",
            "office": chance.choice(("科长", "副科长", "窗口负责人")),
        }
        for step, limit in zip(steps, limits, strict=True)
    ]
    made: Doc = {
        "code": f"{unit}-{letters}-{number:03d}",
        "name": f"{field}{thing}{kind.removeprefix('行政')}（第{chance.randint(1, 99999)}类）",
        "type": kind,
        "state": "在用",
        "level": "县级",
        "power_source": "法定本级行使",
        "section": f"{field}管理科",
        "clients": ["自然人", "企业法人"],
        "basis": [
            {
                "law": law,
                "article": f"第{chance.choice('一二三四五六七八九')}十条",
                "text": _text(chance, 15, 45),
                "check": "未核对",
            }
            for law in chance.sample(LAWS, chance.choice((1, 1, 2)))
        ],
        "conditions": [_text(chance, 10, 20)],
        "statutory_limit": "20个工作日",
        "promised_limit": f"{sum(limits)}个工作日",
        "flow": flow,
        "responsibilities": [{"stage": step, "duty": _text(chance, 8, 18)} for step in steps],
        "accountability": [_text(chance, 10, 20)],
        "post_supervision": [_text(chance, 10, 18)],
    }
    if kind in {"行政许可", "行政确认"}:
        made["online"] = ["网上预约", "网上申报", "网上受理", "网上办理", "网上监管"]
    if kind == "行政处罚":
        made["punishment"] = _text(chance, 15, 40)
        made["discretion"] = {
            "standard": "裁量基准",
            "issued": "2025-06-30",
            "grades": [
                {
                    "grade": grade,
                    "circumstance": _text(chance, 6, 12),
                    "measure": _text(chance, 6, 12),
                }
                for grade in ("轻微", "一般", "严重")
            ],
        }
    return made


def _text(chance: random.Random, least: int, most: int) -> str:
    """A sentence of that many characters."""
    length = chance.randint(least, most)
    words = (
        "依法",
        "公示",
        "申请",
        "材料",
        "一次性告知",
        "审查",
        "现场核查",
        "当事人",
        "行政机关",
        "应当",
        "责令改正",
        "期限",
        "登记",
        "条件",
        "监督检查",
        "安全",
        "记录",
        "有关规定",
        "不符合",
        "说明理由",
    )
    text = ""
    while len(text) < length:
        text += chance.choice(words)
    return text[:length] + "。"


if __name__ == "__main__":
    generate(Path(sys.argv[1]), int(sys.argv[2]))
