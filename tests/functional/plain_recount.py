"""A records study worked out again with plain Python: a person at a time, a day at a time.

It reads the files that a protocol names and follows the rules in words (glossary, data dictionary,
the notes of each definition). It is slow and shares no code with the package, so that an error
would have to be made twice, in two ways, to go unseen.
"""

from __future__ import annotations

import csv
import hashlib
import hmac
import math
import tomllib
from bisect import bisect_left
from calendar import monthrange
from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from functools import cached_property
from pathlib import Path

import openpyxl
from scipy import stats

KEY = b"dipoutcomes public demonstration key: protects nobody"
YEAR = 365.25
DAY = timedelta(days=1)
EVENT_TYPES = {
    "arrest": ({"arrest"}, "arrest_date", False),
    "charge": ({"charge"}, "offence_date", False),
    "conviction": ({"conviction"}, "offence_date", True),
    "caution": ({"caution"}, "offence_date", True),
    "proven reoffending": ({"conviction", "caution"}, "offence_date", True),
}
DATES = {
    "persons": ["birth_date"],
    "episodes": ["start", "end"],
    "events": ["offence_date", "arrest_date", "proof_date"],
    "custody": ["start", "end"],
    "exits": ["date"],
    "linkage": [],
}
NEEDED = {
    "persons": ["person_id"],
    "episodes": ["person_id", "start"],
    "events": ["person_id", "event_type"],
    "custody": ["person_id", "start"],
    "exits": ["person_id", "date", "kind"],
    "linkage": ["person_id", "status"],
}
ROW_KEY = {"persons": "person_id", "events": "event_id", "linkage": "person_id"}


def later(day: date, months: int = 0, days: int = 0) -> date:
    """The same day some calendar months later, or that month's last day; then days more."""
    month = day.year * 12 + day.month - 1 + months
    year, month = divmod(month, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last)) + days * DAY


def days_of(opens: date, closes: date):
    """Every day from *opens* up to, and not including, *closes*."""
    while opens < closes:
        yield opens
        opens += DAY


# ------------------------------------------------------------------------------- records


class Recount:
    """The people of a study, read from its files; nothing of the package is used."""

    def __init__(self, protocol: Path):
        self.folder = protocol.parent
        self.protocol = tomllib.loads(protocol.read_text(encoding="utf-8"))
        self.study, self.cohort = self.protocol["study"], self.protocol["cohort"]
        self.last = self.study["last_offence_date"]
        self.rejected: Counter[str] = Counter()
        self.uncertain: dict[str, set[str]] = defaultdict(set)  # table -> clients
        self.persons = {row["person_id"]: row for row in self._table("persons")}
        self.tables = {t: self._table(t) for t in DATES if t != "persons"}

    def _raw(self, table, section):
        path = self.folder / section["file"]
        if path.suffix == ".xlsx":
            sheet = openpyxl.load_workbook(path)[section["sheet"]]
            lines = [list(line) for line in sheet.iter_rows(values_only=True)]
            head, *lines = lines[section.get("header_row", 1) - 1 :]
        else:
            encoding = section.get("encoding", "utf-8-sig")
            with path.open(encoding=encoding, newline="") as file:
                head, *lines = list(csv.reader(file))
        return [dict(zip(head, line, strict=True)) for line in lines]

    def _cell(self, cell, name, section, faults):
        words = section.get("values", {}).get(name)
        if isinstance(cell, datetime):
            return cell.date()
        text = "" if cell is None else str(cell).strip()
        if not text or text in {"NA", "N/A", "NULL", "null", "None", "-", "not known"}:
            return None
        if words is not None:
            if text not in words:
                faults.append("code")
            return words.get(text)
        return text

    def _date(self, value, faults):
        if value is None or isinstance(value, date):
            return value
        for form in self.protocol["records"]["date_formats"]:
            try:
                return datetime.strptime(value, form).date()
            except ValueError:
                continue
        faults.append("date")
        return "unreadable"

    def _table(self, table):
        section = self.protocol["records"].get(table)
        if section is None:
            return []
        wanted = section["columns"] | section.get("attributes", {})
        rows = []
        for raw in self._raw(table, section):
            faults: list[str] = []
            row = {n: self._cell(raw[h], n, section, faults) for n, h in wanted.items()}
            for name in DATES[table]:
                row[name] = self._date(row.get(name), faults)
            faults += ["missing" for n in NEEDED[table] if row[n] is None]
            extract = self.study["extract_date"]
            known = {n: row[n] for n in DATES[table] if isinstance(row[n], date)}
            faults += ["range" for d in known.values() if not date(1900, 1, 1) <= d <= extract]
            rows.append((row, faults))
        self._repeats(table, rows)
        for row, faults in rows:
            if "copy" not in faults and table != "persons":
                faults.extend(self._row_faults(table, row))
            self.rejected[table] += bool(faults)
            lost = bool(faults) and "copy" not in faults
            if lost and table in {"events", "custody", "exits", "linkage"}:
                self.uncertain[table].add(row["person_id"])
        return [row for row, faults in rows if not faults]

    def _repeats(self, table, rows):
        seen, key = set(), ROW_KEY.get(table)
        for row, faults in rows:
            if faults:
                continue
            content = tuple(sorted(row.items(), key=lambda item: item[0]))
            if content in seen:
                faults.append("copy")
            seen.add(content)
        if key:
            times = Counter(row.get(key) for row, faults in rows if "copy" not in faults)
            for row, faults in rows:
                if row.get(key) is not None and times[row[key]] > 1 and "copy" not in faults:
                    faults.append("repeated")

    def _row_faults(self, table, row):
        person = self.persons.get(row["person_id"])
        if person is None:
            return ["stranger"]
        found = []
        known = {n: row[n] for n in DATES[table] if isinstance(row[n], date)}
        born = person.get("birth_date")
        judged = {"episodes": ["start"], "custody": ["start"]}.get(table, list(known))
        found += ["birth" for n in judged if born and n in known and known[n] < born]
        order = [("start", "end"), ("offence_date", "proof_date"), ("offence_date", "arrest_date")]
        for first, second in order:
            if first in known and second in known and known[second] < known[first]:
                found.append("order")
        if table == "events":
            needs = {"arrest": ["arrest_date"], "charge": ["arrest_date"]}.get(
                row["event_type"], ["offence_date", "proof_date"]
            )
            found += ["needed" for n in needs if row[n] is None]
        return found

    # ---------------------------------------------------------------------------- cohort

    def pseudonym(self, client):
        return hmac.new(KEY, client.encode(), hashlib.sha256).hexdigest()[:16]

    def exit_of(self, client):
        """First day on which the client is dead or gone, or none."""
        return min((e["date"] for e in self.of("exits", client)), default=None)

    def of(self, table, client):
        return self._by_client[table].get(client, [])

    @cached_property
    def _by_client(self):
        found = {}
        for table, rows in self.tables.items():
            found[table] = defaultdict(list)
            for row in rows:
                found[table][row["person_id"]].append(row)
        return found

    def eligible(self, client, episode):
        day = episode[self.cohort["index_date"]]
        if day is None or not self.cohort["accrual_from"] <= day <= self.cohort["accrual_to"]:
            return False
        if "open_episode" in self.cohort.get("exclude", []) and episode["end"] is None:
            return False
        gone = self.exit_of(client)
        if gone is not None and gone < day:
            return False
        if "minimum_age" in self.cohort:
            born = self.persons[client]["birth_date"]
            if born is None:
                return False
            age = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
            if age < self.cohort["minimum_age"]:
                return False
        if "in_custody_at_index_date" in self.cohort.get("exclude", []):
            return not any(
                s["start"] <= day and (s["end"] is None or day < s["end"])
                for s in self.of("custody", client)
            )
        return True

    @cached_property
    def frame(self):
        """The index episode of each eligible client."""
        found = {}
        for client in self.persons:
            mine = [e for e in self.of("episodes", client) if self.eligible(client, e)]
            if mine:
                found[client] = min(mine, key=lambda e: (e["start"], e["end"] or date.max))
        return found

    def traced(self, client):
        if "linkage" not in self.protocol["records"]:
            return True
        return any(row["status"] == "found" for row in self.of("linkage", client))


class Person:
    """One client's time, a day at a time."""

    def __init__(self, recount: Recount, client: str):
        self.recount, self.client = recount, client
        self.episode = recount.frame[client]
        self.start, self.end = self.episode["start"], self.episode["end"]
        self.traced = recount.traced(client)
        self.gone = recount.exit_of(client)
        if recount.cohort.get("reentry") == "censor" and self.reentry is not None:
            self.gone = min(self.gone or date.max, self.reentry)
        lost = recount.uncertain
        undated = any(e[self.dated_by] is None for e in self.candidates)
        self.uncertain = undated or any(client in lost[t] for t in ("events", "exits", "linkage"))
        self.custody_uncertain = client in lost["custody"]
        self.inside = set()
        for spell in recount.of("custody", client):
            self.inside |= set(days_of(spell["start"], spell["end"] or recount.last + DAY))

    @property
    def certain(self):
        return self.traced and not self.uncertain

    @property
    def reentry(self):
        starts = [e["start"] for e in self.recount.of("episodes", self.client)]
        if self.end is None:
            return None
        return min((s for s in starts if s >= self.end and s > self.start), default=None)

    @property
    def dated_by(self):
        return EVENT_TYPES[self.recount.protocol["outcome"]["measure"]][1]

    @cached_property
    def candidates(self):
        """Events of the outcome's kind, the index event and its occasion left out."""
        kinds, _, _ = EVENT_TYPES[self.recount.protocol["outcome"]["measure"]]
        events = self.recount.of("events", self.client)
        index = self.index_occasion(events)
        return [e for n, e in enumerate(events) if e["event_type"] in kinds and n not in index]

    def index_occasion(self, events):
        rule = self.recount.cohort.get("index_event", "is_index")
        if rule == "none":
            return set()
        reach = self.recount.cohort.get("index_event_within_days", 31)
        possible = []
        for n, event in enumerate(events):
            day = event["arrest_date"] or event["offence_date"]
            if day is None or day > self.start:
                continue
            if rule == "is_index" and (event.get("is_index") or "").lower() in {"y", "yes", "true"}:
                possible.append((day, n))
            if rule == "latest_on_or_before_start" and day >= self.start - reach * DAY:
                possible.append((day, n))
        if not possible:
            return set()
        latest = max(day for day, _ in possible)
        found = {n for day, n in possible if day == latest}
        for column in ("arrest_date", "offence_date", "proof_date"):
            shared = {events[n][column] for n in found} - {None}
            for n, event in enumerate(events):
                committed = event["offence_date"] or event["arrest_date"]
                # What was done after the start is new, whatever court it came to.
                if event[column] in shared and committed is not None and committed <= self.start:
                    found.add(n)
        return found

    # ------------------------------------------------------------------------------ windows

    def bounds(self, window):
        ends = []
        for bound in (window["opens"], window["closes"]):
            if bound["at"] == "last_offence_date":
                origin = self.recount.last + DAY
            else:
                origin = {"start": self.start, "end": self.end}[bound["at"]]
            if origin is None:
                return None
            ends.append(later(origin, bound.get("months", 0), bound.get("days", 0)))
        return ends[0], max(ends)

    def events_between(self, opens, closes, proven_before=None):
        """Days of the events seen from *opens* up to, and not including, *closes*."""
        _, column, waiting = EVENT_TYPES[self.recount.protocol["outcome"]["measure"]]
        found = []
        for event in self.candidates if self.traced else []:
            day = event[column]
            if day is None or not opens <= day < closes or day > self.recount.last:
                continue
            if self.gone is not None and day >= self.gone:
                continue
            if waiting and not (event["proof_date"] and event["proof_date"] < proven_before):
                continue
            found.append(day)
        return sorted(found)

    def window(self, window):
        """The ledger of one window: each of its days is put down once."""
        counts = dict.fromkeys(("not_observed", "after_exit", "in_custody", "at_liberty"), 0)
        bounds = self.bounds(window)
        if bounds is None:
            return {**counts, "in_window": 0, "events": 0, "first": "", "seen": False}
        opens, closes = bounds
        for day in days_of(opens, closes):
            if not self.traced or day > self.recount.last:
                counts["not_observed"] += 1
            elif self.gone is not None and day >= self.gone:
                counts["after_exit"] += 1
            else:
                counts["in_custody" if day in self.inside else "at_liberty"] += 1
        waiting = self.recount.protocol["outcome"].get("waiting_period_months", 0)
        events = self.events_between(opens, closes, later(closes, waiting))
        length = (closes - opens).days
        seen = length > 0 and counts["not_observed"] + counts["after_exit"] == 0
        first = events[0].isoformat() if events else ""
        found = {"in_window": length, "events": len(events), "first": first, "seen": seen}
        return counts | found

    def time_to_first(self):
        """Days to the end of the day of the first event, or of follow-up, and whether it came."""
        section = self.recount.protocol["time_to_first"]
        origin = {"start": self.start, "end": self.end}[section.get("origin", "end")]
        if origin is None:
            return None
        longest = int(section.get("maximum_months", 24) * 365.25 / 12)
        stop = min(self.recount.last + DAY, origin + longest * DAY)
        waiting = self.recount.protocol["outcome"].get("waiting_period_months", 0)
        events = self.events_between(origin, stop, later(stop, waiting))
        if self.gone is not None:
            stop = min(stop, self.gone)
        if stop <= origin:
            return None  # never at risk after the origin
        return ((events[0] - origin).days + 1, True) if events else ((stop - origin).days, False)


# --------------------------------------------------------------------------- arithmetic


def z_of(level):
    return stats.norm.ppf((1 + level) / 2)


def wilson(x, n, level):
    """Wilson (1927): the p with |x/n - p| <= z sqrt(p (1 - p) / n), a quadratic in p."""
    z2 = z_of(level) ** 2
    roots = [
        (2 * x + z2 + sign * math.sqrt(z2 * (z2 + 4 * x * (n - x) / n))) / (2 * (n + z2))
        for sign in (-1, 1)
    ]
    return (0.0 if x == 0 else roots[0]), (1.0 if x == n else roots[1])


def clopper_pearson(x, n, level):
    """The p for which x or more, and x or fewer, each have at least half of 1 - level."""
    tail = (1 - level) / 2
    low = stats.beta.ppf(tail, x, n - x + 1) if x else 0.0
    return low, stats.beta.isf(tail, x + 1, n - x) if x < n else 1.0


METHODS = {"wilson": wilson, "clopper_pearson": clopper_pearson}


def hypergeometric(x, n, size, level):
    """The totals M of the frame for which neither tail of the draw is below half of 1 - level."""
    tail = (1 - level) / 2
    kept = []
    for total in range(x, size - (n - x) + 1):
        chance = [
            math.comb(total, k) * math.comb(size - total, n - k) / math.comb(size, n)
            for k in range(n + 1)
        ]
        if sum(chance[x:]) > tail and sum(chance[: x + 1]) > tail:
            kept.append(total)
    return min(kept) / size, max(kept) / size


def garwood(x, time, level):
    tail = (1 - level) / 2
    low = stats.chi2.ppf(tail, 2 * x) / 2 if x else 0.0
    return low / time, stats.chi2.isf(tail, 2 * x + 2) / 2 / time


def person_limits(value, influence, level):
    """exp(log value -+ t s): s^2 = sum u^2, the degrees of freedom Satterthwaite's."""
    n, square = len(influence), sum(u**2 for u in influence)
    if n < 2:
        return 0.0, math.inf, 1.0
    kurtosis = n * sum(u**4 for u in influence) / square**2
    df = min(max(2 / ((kurtosis - 3) / n + 2 / n + 2 / (n * (n - 1))), 1), n - 1)
    half = stats.t.ppf((1 + level) / 2, df) * math.sqrt(square)
    p_value = 2 * stats.t.sf(abs(math.log(value)) / math.sqrt(square), df)
    return value * math.exp(-half), value * math.exp(half), p_value


def influence(events, years):
    """(events - rate x years) / all events / (1 - own share of the years), a person each."""
    rate = sum(events) / sum(years)
    return [
        (x - rate * t) / sum(events) / (1 - t / sum(years))
        for x, t in zip(events, years, strict=True)
    ]


def rate_limits(events, years, level):
    total, value = sum(events), sum(events) / sum(years)
    if total == 0 or (len(events) > 1 and sum(u**2 for u in influence(events, years)) < 1e-20):
        return (value, *garwood(total, sum(years), level))
    if len(events) == 1:
        return value, 0.0, math.inf
    return (value, *person_limits(value, influence(events, years), level)[:2])


def tango(both, gained, lost, neither, level):
    """Tango (1998): the differences d whose score statistic is within z, found by halving."""
    n, z = both + gained + lost + neither, z_of(level)

    def score(d):
        b = -gained - lost + (2 * n - gained + lost) * d
        c = -lost * d * (1 - d)
        q = (math.sqrt(max(b * b - 8 * n * c, 0)) - b) / (4 * n)
        variance = n * (2 * q + d * (1 - d))
        gap = gained - lost - n * d
        return (
            math.copysign(math.inf, gap)
            if variance <= 0 and gap
            else (gap / math.sqrt(variance) if variance > 0 else 0.0)
        )

    def crossing(target, low, high):  # the score falls as d grows
        for _ in range(200):
            middle = (low + high) / 2
            low, high = (middle, high) if score(middle) > target else (low, middle)
        return (low + high) / 2

    estimate = (gained - lost) / n
    return crossing(z, -1.0, estimate), crossing(-z, estimate, 1.0)


def mcnemar_mid_p(gained, lost):
    n, k = gained + lost, min(gained, lost)
    if gained == lost:
        return 1.0
    below = sum(math.comb(n, j) for j in range(k)) / 2**n
    return min(1.0, 2 * (below + math.comb(n, k) / 2**n / 2))


def kaplan_meier(times, level):
    """Rows (time, survival, low, high, at risk, events, left); low and high None for S of 0, 1."""
    rows, survival, total = [], 1.0, 0.0
    z = z_of(level)
    for time in sorted({0, *(t for t, _ in times)}):
        at_risk = sum(t >= time for t, _ in times)
        events = sum(t == time and seen for t, seen in times)
        left = sum(t == time and not seen for t, seen in times)
        survival *= 1 - events / at_risk if at_risk else 1
        low = high = None
        if events:
            total += events / (at_risk * (at_risk - events)) if at_risk > events else math.inf
        if 0 < survival < 1:
            width = z * math.sqrt(total) / abs(math.log(survival))
            low = survival ** math.exp(width)
            high = survival ** math.exp(-width)
        elif survival == 1:  # nobody yet: the one-sided exact limit of those still followed
            low, high = ((1 - level) / 2) ** (1 / max(at_risk - left, 1e-9)), 1.0
        rows.append((time, survival, low, high, at_risk, events, left))
    return rows


def row_at(rows, time):
    """The last step on or before *time*."""
    return rows[bisect_left([row[0] for row in rows], time + 0.5) - 1]
