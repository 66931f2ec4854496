//! The picture of a response rate over time: a line for the round, and a dashed one for the round before, each by the
//! days since its own opening. It is drawn in SVG with numbers as attributes, so that it needs neither a script nor a
//! style; a table has the same figures.

use std::time::Duration;

use super::super::{Pace, PaceLine};
use crate::time::Timestamp;
use crate::web::{Page, Shown, Table};

/// The size of the area of the lines.
const WIDTH: u64 = 560;
const HEIGHT: u64 = 200;
/// Where the area begins: beside and below the words of the axes.
const LEFT: u64 = 40;
const TOP: u64 = 10;
/// Most points of a line, and rows of the table.
const POINTS: u64 = 16;
const DAY: Duration = Duration::from_hours(24);

/// A chart with its table.
pub(super) struct Chart {
    pub(super) description: String,
    /// The points of the line of the round.
    pub(super) own: String,
    /// Those of the round before; empty where there was none.
    pub(super) last: String,
    /// Where the deadline for all is.
    pub(super) deadline: u64,
    /// Words at heights.
    pub(super) heights: Vec<(u64, String)>,
    /// Words below.
    pub(super) days: Vec<(u64, String)>,
    pub(super) table: Table,
}

/// Figures of a line after some days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Figure {
    count: usize,
    percent: u64,
}

impl Chart {
    /// The chart of a round at this instant; `deadline` is that for all.
    pub(super) fn new(page: &Page, course: &Pace, deadline: Timestamp, now: Timestamp) -> Self {
        let whole = days_between(course.own.opened_at, deadline).max(course.own.days_until(now)).max(1);
        let whole = course.last.as_ref().map_or(whole, |last| whole.max(last.length()));
        let days = sampled(whole);
        let place = |day: u64| LEFT + day * WIDTH / whole;
        let line = |line: &PaceLine, until: u64| -> String {
            let points =
                days.iter().filter(|day| **day <= until).chain(std::iter::once(&until).filter(|_| until < whole));
            let point =
                |day: &u64| format!("{},{}", place(*day), TOP + HEIGHT - line.after(*day).percent * HEIGHT / 100);
            points.map(point).collect::<Vec<_>>().join(" ")
        };
        let until = course.own.days_until(now).min(whole);
        let figure = course.own.after(until);
        let described = [
            ("percent", figure.percent.to_string()),
            ("count", figure.count.to_string()),
            ("frame", course.own.frame.to_string()),
            ("days", until.to_string()),
        ];
        Self {
            description: page.text_with("pace-description", &described),
            own: line(&course.own, until),
            last: course.last.as_ref().map(|last| line(last, last.length().min(whole))).unwrap_or_default(),
            deadline: place(days_between(course.own.opened_at, deadline).min(whole)),
            heights: [0, 50, 100]
                .map(|percent| (TOP + HEIGHT - percent * HEIGHT / 100 + 5, percent_of(page, percent)))
                .into(),
            days: [0, whole].map(|day| (place(day), page.say("pace-days", "days", day))).into(),
            table: table(page, course, &days, until),
        }
    }
}

fn percent_of(page: &Page, percent: u64) -> String {
    page.say("pace-percent", "percent", percent)
}

fn table(page: &Page, course: &Pace, days: &[u64], until: u64) -> Table {
    let columns: &[&str] = &["days", "submitted", "rate", "rate-before"];
    let columns = if course.last.is_some() { columns } else { columns.get(..3).unwrap_or_default() };
    let mut table = Table::new(page, "pace", columns);
    // Days to come are left out, except where the round before has a figure.
    let mut past: Vec<u64> = days.iter().copied().filter(|day| *day <= until || course.last.is_some()).collect();
    if !past.contains(&until) {
        past.push(until);
        past.sort_unstable();
    }
    for day in past {
        let own = (day <= until).then(|| course.own.after(day));
        let last = course.last.as_ref().map(|last| last.after(day.min(last.length())));
        table.push(vec![
            Shown::code(day),
            own.map(|figure| Shown::code(figure.count)).unwrap_or_default(),
            own.map(|figure| Shown::text(percent_of(page, figure.percent))).unwrap_or_default(),
            last.map(|figure| Shown::text(percent_of(page, figure.percent))).unwrap_or_default(),
        ]);
    }
    table
}

/// Days from 0 to the last, some at most.
fn sampled(whole: u64) -> Vec<u64> {
    let step = whole.div_ceil(POINTS).max(1);
    let mut days: Vec<u64> = (0..whole).step_by(usize::try_from(step).unwrap_or(1)).collect();
    days.push(whole);
    days
}

/// Whole days from one instant to another, the begun one counted; none where the other is before.
fn days_between(from: Timestamp, to: Timestamp) -> u64 {
    to.since(from).as_secs().div_ceil(DAY.as_secs())
}

impl PaceLine {
    /// Days from the opening until an instant, or until it closed.
    fn days_until(&self, now: Timestamp) -> u64 {
        days_between(self.opened_at, self.closed_at.unwrap_or(now).min(now))
    }

    /// Days from the opening to the end, or to the last response.
    fn length(&self) -> u64 {
        let last = self.arrivals.last().copied().unwrap_or(self.opened_at);
        days_between(self.opened_at, self.closed_at.unwrap_or(last).max(last))
    }

    /// How many had submitted so many days after the opening.
    fn after(&self, day: u64) -> Figure {
        let bound = self.opened_at.plus(Duration::from_secs(day * DAY.as_secs()));
        let count = self.arrivals.partition_point(|at| *at <= bound);
        let percent = (count * 100 + self.frame / 2).checked_div(self.frame).unwrap_or_default();
        Figure { count, percent: u64::try_from(percent).unwrap_or_default().min(100) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn line(arrivals: &[&str], closed_at: Option<&str>) -> PaceLine {
        let arrivals = arrivals.iter().map(|text| at(text)).collect();
        PaceLine { opened_at: at("2024-04-17T00:00:00Z"), closed_at: closed_at.map(at), frame: 3, arrivals }
    }

    #[test]
    fn a_rate_counts_who_had_submitted_by_then() {
        let line = line(&["2024-04-18T00:00:00Z", "2024-04-20T10:00:00Z"], None);
        let percents = [0, 1, 3, 4].map(|day| line.after(day).percent);
        assert_eq!(percents, [0, 33, 33, 67]);
        assert_eq!((line.length(), line.days_until(at("2024-04-17T01:00:00Z"))), (4, 1));
        assert_eq!(PaceLine { frame: 0, ..line }.after(9).percent, 0, "of nobody");
    }

    #[test]
    fn a_line_ends_when_its_round_closed() {
        let line = line(&["2024-04-18T00:00:00Z"], Some("2024-05-15T00:00:00Z"));
        assert_eq!((line.length(), line.days_until(at("2025-01-01T00:00:00Z"))), (28, 28));
    }

    #[test]
    fn days_are_sampled_with_both_ends() {
        assert_eq!(sampled(3), [0, 1, 2, 3]);
        let many = sampled(400);
        assert!(many.len() <= 18 && many.first() == Some(&0) && many.last() == Some(&400), "{many:?}");
    }
}
