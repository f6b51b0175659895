"""Time limits: reading and writing, which is longer whatever the calendar, and sums."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import strategies as our
from qingdan.core.calendar import Calendar
from qingdan.model.limits import Limit, Measure, exceeds, total

PROPERTY = settings(deadline=None, max_examples=200)
DAY = timedelta(days=1)
AT_ONCE = Limit(0, "即时")
ANY_LIMIT = st.one_of(our.limits(), our.limits(most=60), st.just(AT_ONCE))


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("20个工作日", Limit(20, "工作日")),
        ("7日", Limit(7, "日")),
        ("3个月", Limit(3, "个月")),
        ("24小时", Limit(24, "小时")),
        ("9999日", Limit(9999, "日")),
        ("即时办结", AT_ONCE),
    ],
)
def test_how_a_limit_is_written(text: str, limit: Limit) -> None:
    assert Limit.parse(text) == limit
    assert str(limit) == text


@PROPERTY
@given(ANY_LIMIT)
def test_what_is_written_reads_back_the_same(limit: Limit) -> None:
    assert Limit.parse(str(limit)) == limit


@pytest.mark.parametrize(
    "text",
    [
        *("", "日", "0日", "07日", "-1日", "+1日", "1.5日", "10000日", "1_0日", "７日", "七日"),
        *(
            "7天",
            "7工作日",
            "7个日",
            "3月",
            "2小时以内",
            "即时",
            "当场办结",
            "7 日",
            " 7日",
            "7日 ",
        ),
        *("7日\n", "\n7日", "7日\x00", "20个工作日内", "不少于30日", "7日7日", "٧日"),
    ],
)
def test_what_is_no_limit(text: str) -> None:
    with pytest.raises(ValueError, match="^" if text else "^$"):
        Limit.parse(text)


@PROPERTY
@given(our.texts())
def test_the_schema_and_the_parser_take_the_same_texts(text: str) -> None:
    schema = our.schemas()["powers"]
    path = next(path for path in our.sample_paths() if path.parent.name == "powers")
    document = our.sample(path)
    items = document["items"]
    assert isinstance(items, list)
    assert isinstance(items[0], dict)
    items[0]["statutory_limit"] = text
    try:
        Limit.parse(text)
    except ValueError:
        assert not schema.accepts(document)
    else:
        assert schema.accepts(document)


# which is longer


@PROPERTY
@given(ANY_LIMIT)
def test_nothing_is_longer_than_itself(limit: Limit) -> None:
    assert not exceeds(limit, limit)


@PROPERTY
@given(ANY_LIMIT, ANY_LIMIT)
def test_two_limits_are_never_each_longer_than_the_other(one: Limit, other: Limit) -> None:
    assert not (exceeds(one, other) and exceeds(other, one))


@PROPERTY
@given(ANY_LIMIT, ANY_LIMIT, ANY_LIMIT)
def test_longer_than_the_longer_is_longer(one: Limit, other: Limit, third: Limit) -> None:
    """Where all three can be told apart."""
    if exceeds(one, other) and exceeds(other, third):
        assert not exceeds(third, one)


@PROPERTY
@given(our.limits(), st.integers(1, 9999))
def test_limits_of_one_unit_are_compared_by_amount(one: Limit, amount: int) -> None:
    assert exceeds(one, Limit(amount, one.measure)) == (one.amount > amount)


@PROPERTY
@given(ANY_LIMIT, ANY_LIMIT)
def test_a_longer_one_stays_longer(one: Limit, other: Limit) -> None:
    if exceeds(one, other) and one.measure != "即时":
        assert exceeds(Limit(one.amount + 1, one.measure), other)


@PROPERTY
@given(our.limits())
def test_anything_is_longer_than_at_once(limit: Limit) -> None:
    assert exceeds(limit, AT_ONCE)
    assert not exceeds(AT_ONCE, limit)


@cache
def _ends() -> tuple[list[date], dict[date, int], dict[date, date]]:
    """The working days of 2016 to 2026; how many there are up to a day; the first one from a day on."""
    calendar = Calendar()
    every = [
        our.FIRST_DAY + number * DAY for number in range((our.LAST_DAY - our.FIRST_DAY).days + 1)
    ]
    working = [day for day in every if calendar.works(day)]
    up_to: dict[date, int] = {}
    next_one: dict[date, date] = {}
    count = 0
    for day in every:
        if count < len(working):
            next_one[day] = working[count]
        count += count < len(working) and working[count] == day
        up_to[day] = count
    return working, up_to, next_one


def ends(amount: int, measure: Measure) -> dict[date, date]:
    """The last day for every first day of 2016 to 2026 that has one within them."""
    working, up_to, next_one = _ends()
    if measure == "工作日":
        return {
            start: working[count + amount - 1]
            for start, count in up_to.items()
            if count + amount <= len(working)
        }
    return {
        start: next_one[start + amount * DAY] for start in up_to if start + amount * DAY in next_one
    }


@settings(deadline=None, max_examples=100)
@given(our.DAYS, our.limits("工作日", "日", most=120))
def test_the_ends_used_here_are_those_of_the_calendar(start: date, limit: Limit) -> None:
    expected = ends(limit.amount, limit.measure).get(start)
    if expected:
        assert Calendar().deadline(start, limit).last == expected


def always_later(one: Limit, other: Limit) -> bool:
    """Whether ``one`` ends after ``other`` on whichever day of 2016 to 2026 both start."""
    theirs = ends(other.amount, other.measure)
    return all(
        end > theirs[start]
        for start, end in ends(one.amount, one.measure).items()
        if start in theirs
    )


def smallest_exceeding(measure: Measure, other: Limit) -> Limit:
    """The smallest amount of a unit that is held to be longer than ``other``."""
    low, high = 1, 20000
    while low < high:
        middle = (low + high) // 2
        if exceeds(Limit(middle, measure), other):
            high = middle
        else:
            low = middle + 1
    return Limit(low, measure)


@pytest.mark.parametrize(
    "amounts", [range(1, 31), range(31, 121), range(121, 366), range(366, 1500, 13)]
)
@pytest.mark.parametrize(("measure", "other"), [("日", "工作日"), ("工作日", "日")])
def test_what_is_just_held_longer_ends_later_from_every_day(
    amounts: range, measure: Measure, other: Measure
) -> None:
    pairs = [
        (smallest_exceeding(measure, Limit(amount, other)), Limit(amount, other))
        for amount in amounts
    ]
    assert [f"{one} > {two}" for one, two in pairs if not always_later(one, two)] == []


@settings(deadline=None, max_examples=60)
@given(our.limits("工作日", "日", most=400), our.limits("工作日", "日", most=400))
@example(Limit(4, "工作日"), Limit(3, "日"))
@example(Limit(3, "工作日"), Limit(3, "日"))
def test_what_is_held_longer_ends_later_from_every_day(one: Limit, other: Limit) -> None:
    if exceeds(one, other) and one.measure != other.measure:
        assert always_later(one, other)


@pytest.mark.parametrize(
    ("one", "other", "longer"),
    [
        ("21个工作日", "20日", True),
        ("20个工作日", "20日", False),
        ("30日", "20个工作日", False),
        ("60日", "20个工作日", True),
        ("20个工作日", "60日", False),
        ("3个月", "30日", True),
        ("1个月", "30日", False),
        ("1日", "即时办结", True),
        ("1小时", "1日", False),
        ("1日", "20小时", True),
    ],
)
def test_which_is_longer_among_different_units(one: str, other: str, longer: bool) -> None:
    assert exceeds(Limit.parse(one), Limit.parse(other)) is longer


@pytest.mark.parametrize(
    ("hours", "days"), [(30, "1日"), (47, "1日"), (30, "1个工作日"), (200, "1日"), (170, "7日")]
)
def test_hours_are_no_longer_than_days_that_may_outlast_them(hours: int, days: str) -> None:
    """A day's limit ends with the day after the event, or after the holiday that this day falls into.

    From Monday nine o'clock 30小时 end on Tuesday at three in the afternoon, 1日 at midnight; from
    2025-09-30 on 1日 ends on 2025-10-09.
    """
    assert not exceeds(Limit(hours, "小时"), Limit.parse(days))


# sums


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ((), None),
        (("即时办结",), None),
        (("即时办结", "即时办结"), None),
        (("3日",), "3日"),
        (("3日", "4日"), "7日"),
        (("3个工作日", "即时办结", "4个工作日"), "7个工作日"),
        (("3日", "4个工作日"), None),
        (("1个月", "30日"), None),
        (("12小时", "12小时"), "24小时"),
    ],
)
def test_sums(limits: tuple[str, ...], expected: str | None) -> None:
    found = total(tuple(map(Limit.parse, limits)))
    assert found == (Limit.parse(expected) if expected else None)


@PROPERTY
@given(
    st.lists(ANY_LIMIT, max_size=6).flatmap(
        lambda found: st.tuples(st.just(found), st.permutations(found))
    )
)
def test_the_order_of_a_sum_does_not_matter(found: tuple[list[Limit], list[Limit]]) -> None:
    limits, turned = found
    assert total(tuple(limits)) == total(tuple(turned))


@PROPERTY
@given(st.lists(our.limits("工作日"), min_size=1, max_size=6))
def test_a_sum_is_no_shorter_than_any_of_its_parts(limits: list[Limit]) -> None:
    found = total(tuple(limits))
    assert found is not None
    assert not any(exceeds(limit, found) for limit in limits)
    assert found.amount == sum(limit.amount for limit in limits)
