"""Every kind of finding there is. The manual of each (why, cure, examples) is in ``qingdan/manual``."""

from __future__ import annotations

from qingdan.model.findings import Code

_ALL = (
    # 1xx files and schema
    Code("QD101", "yaml-syntax", "error", "YAML 格式错误"),
    Code("QD102", "yaml-subset", "error", "用了不允许的 YAML 写法"),
    Code("QD103", "not-utf8", "error", "文件不是 UTF-8 编码"),
    Code("QD104", "duplicate-key", "error", "键重复"),
    Code("QD105", "not-canonical", "error", "文件不是规范格式"),
    Code("QD106", "schema", "error", "内容不合要求"),
    Code("QD107", "unknown-field", "error", "要素名称不存在"),
    Code("QD108", "bad-file", "error", "文件不能读取"),
    Code("QD109", "missing-field", "error", "缺少必填要素"),
    Code("QD110", "misplaced-file", "error", "文件放错位置"),
    Code("QD111", "stray-file", "warning", "文件不会被读取"),
    # 2xx within and between lists
    Code("QD201", "duplicate-code", "error", "职权编号重复"),
    Code("QD202", "unknown-unit", "error", "单位不在名册"),
    Code("QD203", "dangling-reference", "error", "对应的事项不存在"),
    Code("QD204", "reference-not-in-use", "error", "对应的事项不在用"),
    Code("QD205", "no-responsibilities", "error", "有权无责"),
    Code("QD206", "flow-over-promise", "error", "流程时限之和超过承诺时限"),
    Code("QD207", "promise-over-statutory", "error", "承诺时限超过法定时限"),
    Code("QD208", "list-not-kept", "error", "本单位不保留此清单"),
    Code("QD209", "flow-incomplete", "warning", "流程环节缺少时限、岗位或责任人"),
    Code("QD210", "limits-disagree", "error", "审批事项与对应职权的时限不一致"),
    Code("QD211", "not-online", "warning", "应网上运行的事项网上环节不全"),
    # 3xx publication and systems
    Code("QD301", "system-missing", "error", "公开清单有、系统没有"),
    Code("QD302", "system-extra", "error", "系统有、公开清单没有"),
    Code("QD303", "system-still-active", "error", "已取消的事项在系统中仍在用"),
    Code("QD304", "system-differs", "error", "系统配置与公开清单不一致"),
    Code("QD305", "system-pending", "info", "待同步"),
    Code("QD306", "system-row", "warning", "系统快照中的记录有缺陷"),
    Code("QD307", "system-not-taken", "warning", "没有系统快照"),
    Code("QD308", "channel-missing", "warning", "公开渠道不全"),
    Code("QD309", "never-published", "info", "清单尚未公布"),
    # 4xx registers
    Code("QD401", "unknown-law", "warning", "依据不在依据名册"),
    Code("QD402", "unknown-role", "error", "角色没有定义"),
    Code("QD403", "role-without-unit", "error", "承担角色的单位不在名册"),
    Code("QD404", "unknown-regulation", "error", "出处的规章没有列入"),
    Code("QD405", "duplicate-register-entry", "error", "名册条目重复"),
    Code("QD406", "unknown-controlled-field", "error", "受控要素名称不存在"),
    # 5xx commits, trailers, records
    Code("QD501", "uncovered-change", "error", "改动受控要素没有调整手续"),
    Code("QD502", "missing-trailer", "error", "提交说明缺少必填尾行"),
    Code("QD503", "bad-trailer", "error", "提交说明的尾行有误"),
    Code("QD504", "item-not-named", "error", "改了事项但没有写明"),
    Code("QD505", "item-not-changed", "error", "写明的事项没有改动"),
    Code("QD506", "record-disagrees", "error", "调整记录与提交不符"),
    Code("QD507", "wrong-deadline", "error", "申请期限算错"),
    Code("QD508", "late-without-reason", "error", "逾期申请没有说明理由"),
    Code("QD509", "settings-without-reason", "error", "改动设置没有说明理由"),
    Code("QD510", "kind-does-not-fit", "error", "调整类型与改动不符"),
    Code("QD511", "record-edited", "error", "调整记录被改写"),
    Code("QD512", "item-vanished", "error", "事项被直接删除"),
    Code("QD513", "impossible-date", "error", "调整日期先后矛盾"),
    Code("QD514", "trailers-lost", "warning", "提交说明的尾行丢失"),
    Code("QD515", "deadline-unknown", "info", "申请期限无法核对"),
    Code("QD516", "unreadable-in-commit", "error", "提交中的文件不能读取"),
    # 6xx ledger
    Code("QD601", "record-name", "error", "记录编号与文件名不符"),
    Code("QD602", "unknown-item-in-record", "error", "记录中的事项不存在"),
    # 7xx rules
    Code("QD701", "unknown-check", "error", "规则引用的内置检查不存在"),
    Code("QD702", "duplicate-rule", "error", "规则编号重复"),
    Code("QD703", "rule-unknown-regulation", "error", "规则所属规章没有列入"),
)

CODES = {code.id: code for code in _ALL}
"""Finding code id to :class:`Code`, in order."""
