"""What the command line offers: each command or group, the module it lives in, the sentence that tells what it does.

Only the module whose command was typed is loaded; ``--help`` and ``--version`` need none of them.
"""

from __future__ import annotations

from contextlib import nullcontext
from importlib import import_module
from typing import TYPE_CHECKING, Any

import typer

from qingdan.cli import chinese

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

OFFERED: Mapping[str, tuple[str, str]] = {
    "init": ("lists", "建立新的工作区。"),
    "import": ("importing", "把各单位的表格（Excel、CSV、JSON）导入清单或名册。"),
    "export": ("exporting", "导出清单或名册：Excel 工作簿、CSV、JSON、国家交换格式、清单公示。"),
    "fmt": ("lists", "把清单和台账整理成规范格式。"),
    "show": ("finding", "显示一个事项：全部要素、公布情况、调整记录和问题。"),
    "find": (
        "finding",
        "查找事项：按名称、编号、单位、依据、科室中的字词或拼音，或按所依据的法律。",
    ),
    "validate": ("judging", "检查清单、名册、台账和提交：不看时钟，明天也是同样的结果。"),
    "check": (
        "judging",
        "按规则检查：规章的检查内容，机器能回答的都回答；与信息系统是否一致，依据、委托、证件是否有效。",
    ),
    "explain": ("judging", "说明一个问题编码：含义、依据、怎么改、正反例子。"),
    "due": (
        "clocks",
        "待办和期限：正在走的每一个期限，由谁办、最迟哪天、依据哪一条，逾期的在前。",
    ),
    "log": ("history", "一个事项的来历：历次调整的内容、理由、用时、审核和公布。"),
    "diff": ("history", "两个版本之间改了什么：新增、取消、变更等各多少项，逐项列出改前改后。"),
    "deadline": ("telling", "推算期限的最后一天，列出逐日依据。"),
    "publish": (
        "publishing",
        "登记公布：哪个版本、哪一天、在哪些渠道公布了；列出随之公布的调整和事项，确认后提交。",
    ),
    "report": ("telling", "周清、月结、季通报、年考核：生成，办结，更正，申诉。"),
    "doctor": ("enforcing", "检查本机和工作区：git 设置、钩子、历史、时区、日历等。"),
    "adjust": ("adjusting", "动态调整：一次调整就是一次提交，连同调整记录。"),
    "systems": ("systems", "信息系统：取入政务服务网等系统的配置快照，与公开的清单比对。"),
    "review": ("reviewing", "审核：查看调整，通过或者退回，在调整记录上追加环节。"),
    "inspect": (
        "inspecting",
        "监督检查：拟定、抽取、通知、填表、录入、反馈、评定；每一步一次提交，换人换机都能接着办。",
    ),
    "rectify": ("rectifying", "整改：下发整改通知书，登记回复，核查销号，延期，抄报，移送，编号。"),
    "ledger": (
        "ledgering",
        "台账：登记投诉举报、运行结果和其他来源的问题，销号，查看。从不录入个人信息。",
    ),
    "fleet": ("fleet", "多个仓库（各区县、各乡镇）一并核对、检查、汇总，列出一张总表和排名。"),
    "hook": ("enforcing", "git 钩子：提交和推送时自动核对。"),
}
"""In the order of ``--help``: name to module and help."""


class Rooms(dict[str, Any]):
    """Commands by name, each loaded when it is asked for."""

    def __init__(self, load: Callable[[], Mapping[str, Any]]) -> None:
        """``load`` gives the commands of all modules that have been imported."""
        super().__init__()
        self._load = load

    def __getitem__(self, name: str) -> Any:
        """The command; KeyError for one that is not offered."""
        if not super().__contains__(name):
            import_module(f"{__package__}.{OFFERED[name][0]}")
            self.update(self._load())
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        """The command, or ``default``."""
        return self[name] if name in OFFERED else default

    def __contains__(self, name: object) -> bool:
        """Whether it is offered."""
        return name in OFFERED

    def __iter__(self) -> Iterator[str]:
        """The names offered, in order."""
        return iter(OFFERED)

    def __len__(self) -> int:
        """How many there are."""
        return len(OFFERED)

    def keys(self) -> Any:
        """The names offered, in order."""
        return OFFERED.keys()


class Front(chinese.Group):
    """The outermost group: it knows its commands by name and help alone until one of them is typed."""

    def __init__(self, **attrs: Any) -> None:
        """``attrs``: as typer gives them; its ``commands`` are those registered so far."""
        super().__init__(**attrs)
        self.registered = dict(self.commands)
        self.commands = Rooms(_registered)

    def list_commands(self, _ctx: Any) -> list[str]:
        """The names offered, in order."""
        return list(OFFERED)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the words before the command; typer installs completion meanwhile, and tells of it."""
        quiet = chinese.installing() if "--install-completion" in args else nullcontext()
        with quiet:
            return super().parse_args(ctx, args)

    def shell_complete(self, ctx: Any, incomplete: str) -> Any:
        """The names offered that go on from what was typed, each with what it does; or its own options."""
        if incomplete.startswith("-"):
            return super().shell_complete(ctx, incomplete)
        from qingdan.desk.offers import Offer

        return [
            Offer(name, said) for name, (_, said) in OFFERED.items() if name.startswith(incomplete)
        ]

    def format_commands(self, _ctx: Any, formatter: Any) -> None:
        """What is offered, from the table alone."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, said) for name, (_, said) in OFFERED.items()])


app = typer.Typer(
    name="qingdan",
    cls=Front,
    help="清单：地方政府权责清单的保管、动态调整、监督检查和公布。",
    no_args_is_help=True,
    add_completion=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def command(name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a command; what it does is said once, in :data:`OFFERED`."""
    return app.command(name, cls=chinese.Command, help=OFFERED[name][1])


def group(name: str) -> typer.Typer:
    """A group of commands; what it does is said once, in :data:`OFFERED`."""
    made = typer.Typer(
        cls=chinese.Group,
        help=OFFERED[name][1],
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    app.add_typer(made, name=name)
    return made


def _registered() -> Mapping[str, Any]:
    """The commands of the modules that have been imported."""
    outer: Any = typer.main.get_group(app)
    return outer.registered  # type: ignore[no-any-return]
