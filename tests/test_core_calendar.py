"""Working days and last days: the vectors, the chain as proof, makeup days, years nobody has published."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import chinese_calendar
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

import strategies as our
from qingdan.core.calendar import Calendar, from_register
from qingdan.core.text import reading
from qingdan.model.errors import CalendarError, UsageError
from qingdan.model.limits import Deadline, Limit

PROPERTY = settings(deadline=None, max_examples=150)
PUBLISHED = Calendar()
DAY = timedelta(days=1)
UNPUBLISHED = max(day.year for day in chinese_calendar.constants.holidays) + 1
"""The first year whose arrangement the installed calendar does not know: 2027 in version 1.11."""


def last(start: str, limit: str, calendar: Calendar = PUBLISHED) -> str:
    return calendar.deadline(date.fromisoformat(start), Limit.parse(limit)).last.isoformat()


VECTORS = {
    "2016-09-14": ("09-19", "09-20", "09-21", "09-26"),
    "2016-09-30": ("10-09", "10-10", "10-08", "10-10"),
    "2016-02-04": ("02-06", "02-14", "02-14", "02-14"),
    "2016-09-12": ("09-14", "09-18", "09-19", "09-22"),
    "2025-09-26": ("09-29", "09-30", "10-09", "10-09"),
    "2026-02-13": ("02-24", "02-25", "02-24", "02-24"),
    "2026-09-17": ("09-20", "09-21", "09-24", "09-28"),
}
LIMITS = ("2个工作日", "3个工作日", "7日", "10日")


@pytest.mark.parametrize(
    ("start", "limit", "expected"),
    [
        (start, limit, f"{start[:4]}-{day}")
        for start, days in VECTORS.items()
        for limit, day in zip(LIMITS, days, strict=True)
    ],
)
def test_the_vectors(start: str, limit: str, expected: str) -> None:
    assert last(start, limit) == expected


MADE_UP = {
    2016: "02-06 02-14 06-12 09-18 10-08 10-09",
    2024: "02-04 02-18 04-07 04-28 05-11 09-14 09-29 10-12",
    2025: "01-26 02-08 04-27 09-28 10-11",
    2026: "01-04 02-14 02-28 05-09 09-20 10-10",
}


@pytest.mark.parametrize("year", MADE_UP)
def test_the_weekend_days_worked_in_a_year(year: int) -> None:
    days = [date(year, 1, 1) + number * DAY for number in range(366)]
    worked = [
        day for day in days if day.year == year and day.weekday() > 4 and PUBLISHED.works(day)
    ]
    assert [f"{day:%m-%d}" for day in worked] == MADE_UP[year].split()
    assert all(PUBLISHED.day(day)[1].endswith("，调休上班") for day in worked)


@pytest.mark.parametrize(
    ("day", "works", "why"),
    [
        ("2026-11-20", True, "星期五"),
        ("2026-11-21", False, "星期六，休息日"),
        ("2026-10-01", False, "星期四，国庆节放假"),
        ("2026-10-10", True, "星期六，调休上班"),
        ("2026-02-17", False, "星期二，春节放假"),
        ("2015-09-03", False, "星期四，抗战胜利纪念日放假"),
    ],
)
def test_what_kind_of_day_it_is(day: str, works: bool, why: str) -> None:
    assert PUBLISHED.day(date.fromisoformat(day)) == (works, why)


def test_every_holiday_has_a_chinese_name() -> None:
    days = [
        our.FIRST_DAY + number * DAY for number in range((our.LAST_DAY - our.FIRST_DAY).days + 1)
    ]
    assert [day for day in days if any(letter.isascii() for letter in PUBLISHED.day(day)[1])] == []


def test_the_chain_of_a_limit_in_working_days() -> None:
    """2026-09-30 is a Wednesday; the holiday runs to 10-07, and 10-10 is worked instead."""
    deadline = PUBLISHED.deadline(date(2026, 9, 30), Limit(3, "工作日"))
    assert deadline.last == date(2026, 10, 10)
    assert [(f"{day.day:%m-%d}", day.number) for day in deadline.chain if day.counts] == [
        ("10-08", 1),
        ("10-09", 2),
        ("10-10", 3),
    ]
    assert deadline.chain[0].why == "星期四，国庆节放假"
    assert deadline.chain[-1].why == "星期六，调休上班"


def test_the_chain_of_a_limit_in_natural_days_that_ends_on_a_day_off() -> None:
    deadline = PUBLISHED.deadline(date(2026, 11, 18), Limit(3, "日"))
    assert deadline.last == date(2026, 11, 23)
    assert [(day.day.day, day.counts, day.number, day.why) for day in deadline.chain] == [
        (19, True, 1, "星期四"),
        (20, True, 2, "星期五"),
        (21, True, 3, "星期六，休息日"),
        (22, False, 0, "星期日，休息日，期限末日遇休息日顺延"),
        (23, False, 0, "星期一，期限末日遇休息日顺延"),
    ]


@st.composite
def deadlines(draw: st.DrawFn) -> Deadline:
    start = draw(st.dates(our.FIRST_DAY, date(2026, 6, 30)))
    return PUBLISHED.deadline(start, draw(our.limits("工作日", "日", most=90)))


@PROPERTY
@given(deadlines())
def test_the_chain_proves_the_last_day(found: Deadline) -> None:
    days = [day.day for day in found.chain]
    assert days[0] == found.start + DAY
    assert days[-1] == found.last
    assert all(later - earlier == DAY for earlier, later in pairwise(days))
    counted = [day for day in found.chain if day.counts]
    assert [day.number for day in counted] == list(range(1, found.limit.amount + 1))
    assert all(day.number == 0 for day in found.chain if not day.counts)
    assert all(day.why for day in found.chain)


@PROPERTY
@given(deadlines())
def test_the_last_day_is_a_working_day(found: Deadline) -> None:
    assert PUBLISHED.works(found.last)


@PROPERTY
@given(deadlines())
def test_no_day_too_many_and_none_too_few(found: Deadline) -> None:
    days = [day.day for day in found.chain]
    if found.limit.measure == "工作日":
        assert [day.day for day in found.chain if day.counts] == list(filter(PUBLISHED.works, days))
    else:
        end = found.start + found.limit.amount * DAY
        assert found.last >= end
        assert not any(map(PUBLISHED.works, days[found.limit.amount - 1 : -1]))


@PROPERTY
@given(st.dates(our.FIRST_DAY, date(2026, 6, 30)), our.limits("工作日", "日", most=60))
def test_a_longer_limit_or_a_later_start_never_ends_sooner(start: date, limit: Limit) -> None:
    longer = Limit(limit.amount + 1, limit.measure)
    end = PUBLISHED.deadline(start, limit).last
    assert PUBLISHED.deadline(start, longer).last >= end
    assert PUBLISHED.deadline(start + DAY, limit).last >= end
    if limit.measure == "工作日":
        assert PUBLISHED.deadline(start, longer).last > end


@PROPERTY
@given(deadlines())
def test_days_used_up_to_the_last_day_are_the_limit(found: Deadline) -> None:
    used = PUBLISHED.elapsed(found.start, found.last, found.limit)
    if found.limit.measure == "工作日":
        assert used == found.limit.amount
        assert PUBLISHED.elapsed(found.start, found.last - DAY, found.limit) == used - 1
    else:
        assert used == (found.last - found.start).days >= found.limit.amount


@PROPERTY
@given(our.DAYS, st.integers(0, 400), our.limits("工作日", "日"))
@example(date(2026, 9, 30), 0, Limit(3, "工作日"))
def test_nothing_is_used_on_the_day_itself_or_before(start: date, back: int, limit: Limit) -> None:
    assert PUBLISHED.elapsed(start, start - back * DAY, limit) == 0


def test_makeup_days_are_used_and_holidays_are_not() -> None:
    limit = Limit(5, "工作日")
    assert PUBLISHED.elapsed(date(2026, 9, 30), date(2026, 10, 7), limit) == 0
    assert PUBLISHED.elapsed(date(2026, 9, 30), date(2026, 10, 11), limit) == 3


# years nobody has published


def test_a_year_that_is_not_published_is_never_guessed() -> None:
    assert UNPUBLISHED >= 2027
    with pytest.raises(CalendarError) as caught:
        PUBLISHED.day(date(UNPUBLISHED, 1, 4))
    assert caught.value.year == UNPUBLISHED
    assert caught.value.exit_code == 3
    assert f"{UNPUBLISHED}年" in str(caught.value)
    assert "registers/holidays.yaml" in str(caught.value)


def test_the_years_before_the_calendar_are_not_guessed_either() -> None:
    with pytest.raises(CalendarError, match="2003年"):
        PUBLISHED.works(date(2003, 6, 2))


@PROPERTY
@given(
    st.dates(date(UNPUBLISHED - 1, 11, 15), date(UNPUBLISHED - 1, 12, 31)),
    our.limits("工作日", "日", most=40),
)
def test_a_limit_that_may_end_in_an_unknown_year_has_no_last_day(start: date, limit: Limit) -> None:
    try:
        found = PUBLISHED.deadline(start, limit)
    except CalendarError as error:
        assert error.year == UNPUBLISHED
        rest = [start + number * DAY for number in range(1, (date(UNPUBLISHED, 1, 1) - start).days)]
        left = [day for day in rest if limit.measure == "日" or PUBLISHED.works(day)]
        ends_off = len(left) >= limit.amount and not any(
            map(PUBLISHED.works, rest[limit.amount - 1 :])
        )
        assert len(left) < limit.amount or ends_off
    else:
        assert found.last.year < UNPUBLISHED


def test_the_last_days_that_2026_can_answer() -> None:
    assert last("2026-12-28", "3个工作日") == "2026-12-31"
    assert last("2026-12-03", "20个工作日") == "2026-12-31"
    assert last("2026-12-30", "1日") == "2026-12-31"


@pytest.mark.parametrize("limit", ["即时办结", "24小时", "3个月"])
def test_what_no_day_can_end_is_said(limit: str) -> None:
    with pytest.raises(UsageError, match=limit):
        PUBLISHED.deadline(date(2026, 11, 20), Limit.parse(limit))


def test_the_end_of_time_is_no_crash() -> None:
    with pytest.raises(CalendarError):
        PUBLISHED.deadline(date.max, Limit(1, "日"))
    with pytest.raises(CalendarError):
        PUBLISHED.deadline(date.max - 3 * DAY, Limit(9999, "工作日"))


# registers/holidays.yaml

REGISTER = """\
years:
- year: 2091
  source: 国务院办公厅关于2091年部分节假日安排的通知
  off: ['2091-01-01', '2091-10-01', '2091-10-02']
  work: ['2091-10-06']
days:
- {date: '2026-11-23', kind: 放假, reason: 全区停水停电}
- {date: '2026-11-22', kind: 上班, reason: 防汛抢险}
- {date: '2091-10-02', kind: 上班, reason: 换届选举}
"""


@pytest.fixture
def register() -> Calendar:
    read = reading.read(REGISTER.encode())
    schema = our.schemas()["holidays"]
    assert schema.accepts(read.value)
    return from_register(read.value)


@pytest.mark.parametrize(
    ("day", "works", "why"),
    [
        ("2091-01-01", False, "星期一，放假"),
        ("2091-01-02", True, "星期二"),
        ("2091-10-06", True, "星期六，调休上班"),
        ("2091-10-07", False, "星期日，休息日"),
        ("2091-10-02", True, "星期二，本地上班（换届选举）"),
        ("2026-11-23", False, "星期一，本地放假（全区停水停电）"),
        ("2026-11-22", True, "星期日，本地上班（防汛抢险）"),
        ("2026-11-21", False, "星期六，休息日"),
    ],
)
def test_the_register_adds_years_and_local_days(
    register: Calendar, day: str, works: bool, why: str
) -> None:
    assert register.day(date.fromisoformat(day)) == (works, why)


def test_limits_run_by_the_register(register: Calendar) -> None:
    assert last("2026-11-20", "1个工作日", register) == "2026-11-22"
    assert last("2026-11-20", "2个工作日", register) == "2026-11-24"
    assert last("2026-11-20", "3日", register) == "2026-11-24"
    assert last("2091-09-28", "2个工作日", register) == "2091-10-03"
    assert last("2091-09-30", "3日", register) == "2091-10-03"


def test_a_year_in_the_register_opens_that_year_only(register: Calendar) -> None:
    with pytest.raises(CalendarError, match="2092年"):
        register.deadline(date(2091, 12, 28), Limit(5, "工作日"))


def test_what_is_entered_by_hand_comes_before_what_the_program_knows() -> None:
    corrected = Calendar(years={2026: {date(2026, 10, 8): False}})
    assert not corrected.works(date(2026, 10, 8))
    assert corrected.works(date(2026, 10, 1)), "only the days that differ from the week are listed"


@pytest.mark.parametrize("document", [None, [], {}, {"years": []}, {"days": []}])
def test_an_empty_register_adds_nothing(document: list[object] | dict[str, object] | None) -> None:
    assert from_register(document) == Calendar()  # type: ignore[arg-type]


@PROPERTY
@given(our.DAYS, st.booleans())
def test_a_local_day_changes_that_day_alone(day: date, works: bool) -> None:
    assume(day + DAY <= our.LAST_DAY)
    local = Calendar(days={day: (works, "本地安排")})
    assert local.works(day) is works
    assert local.day(day + DAY) == PUBLISHED.day(day + DAY)
