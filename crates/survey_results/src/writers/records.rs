//! A release as rows, for CSV and workbooks: one for each figure, with codes and words.
//!
//! First how many answered of those that were asked to (`rates`), then the tables of each question (`totals`,
//! `region`), then the pairs. A table that is not served has one row, with the reason. All tables have the number of
//! the release that first had them.

use super::reading::{Percent, Reading, Words};
use crate::artefact::{ALL, NOT_ASKED, Outcome, Reason, Release, Row, Size};

/// The heads of the columns.
pub const HEADS: [&str; 19] = [
    "table",
    "question",
    "row",
    "concept",
    "with",
    "label",
    "group",
    "group_label",
    "measure",
    "option",
    "option_label",
    "value",
    "percent",
    "is_hidden",
    "base",
    "n",
    "frame",
    "release",
    "as_of",
];

/// A cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A text; an empty one for no value.
    Text(String),
    /// A count.
    Number(u32),
    /// A share.
    Percent(Percent),
}

impl Value {
    /// As CSV has it.
    pub fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::Percent(percent) => percent.to_string(),
        }
    }
}

fn text(text: impl Into<String>) -> Value {
    Value::Text(text.into())
}

fn number(number: Option<u32>) -> Value {
    number.map_or_else(|| text(""), Value::Number)
}

/// What all rows of a table have in common.
struct Head<'a> {
    table: &'static str,
    question: &'a str,
    row: Option<&'a str>,
    concept: Option<&'a str>,
    with: &'a str,
    label: String,
    /// The code by which the options of its columns are known.
    columns: &'a str,
    number: u32,
    as_of: &'a str,
}

/// Where a figure stands.
struct Place<'a> {
    group: &'a str,
    group_label: String,
    base: Option<u32>,
    n: Option<u32>,
    frame: Option<u32>,
}

/// A figure.
struct Figure<'a> {
    measure: &'static str,
    option: &'a str,
    label: String,
    value: Value,
    percent: Option<Percent>,
    is_hidden: bool,
}

/// All rows of a release, without the heads.
pub fn records<W: Words>(release: &Release, reading: &Reading<'_, W>) -> Vec<Vec<Value>> {
    let mut records = Records { release, reading, rows: Vec::new() };
    records.rates();
    for result in &release.questions {
        let code = result.row.as_deref().unwrap_or(&result.question);
        let head = |table: &'static str| Head {
            table,
            question: &result.question,
            row: result.row.as_deref(),
            concept: result.concept.as_deref(),
            with: "",
            label: reading.question(&result.question, result.row.as_deref()),
            columns: code,
            number: release.number,
            as_of: &release.as_of,
        };
        let frame = |key: &str| frame_of(&release.frame, key);
        records.outcome(head("totals"), &result.totals, frame, |key| reading.group(key));
        records.outcome(head("region"), &result.by_region, frame, |key| reading.group(key));
    }
    for pair in &release.pairs {
        let head = Head {
            table: "pair",
            question: &pair.question,
            row: None,
            concept: Some(&pair.concept),
            with: &pair.with,
            label: [&pair.question, &pair.with].map(|code| reading.question(code, None)).join(" × "),
            columns: &pair.with,
            number: release.number,
            as_of: &release.as_of,
        };
        let group = |key: &str| if key == ALL { reading.group(key) } else { reading.option(&pair.question, key) };
        records.outcome(head, &pair.table, |_| None, group);
    }
    records.rows
}

struct Records<'a, 'q, W> {
    release: &'a Release,
    reading: &'a Reading<'q, W>,
    rows: Vec<Vec<Value>>,
}

impl<W: Words> Records<'_, '_, W> {
    fn rates(&mut self) {
        let (release, reading) = (self.release, self.reading);
        let head = Head {
            table: "rates",
            question: "",
            row: None,
            concept: None,
            with: "",
            label: reading.title().to_owned(),
            columns: "",
            number: release.number,
            as_of: &release.as_of,
        };
        let regions = release.frame.by_region.keys().map(String::as_str);
        for group in regions.chain([ALL]) {
            let (n, frame) = (frame_of(&release.n, group).unwrap_or(0), frame_of(&release.frame, group));
            let place = Place { group, group_label: reading.group(group), base: frame, n: Some(n), frame };
            let percent = frame.and_then(|frame| Percent::of(n, frame));
            let value = Value::Number(n);
            let figure =
                Figure { measure: "respondents", option: "", label: String::new(), value, percent, is_hidden: false };
            self.add(&head, &place, figure);
        }
    }

    fn outcome(
        &mut self,
        head: Head<'_>,
        outcome: &Outcome,
        frame: impl Fn(&str) -> Option<u32>,
        group: impl Fn(&str) -> String,
    ) {
        let table = match outcome {
            // What a release does not have at all needs no row.
            Outcome::Withheld(Reason::Contents) => return,
            Outcome::Withheld(reason) => {
                let place = Place { group: "", group_label: String::new(), base: None, n: None, frame: None };
                let (label, value) = (String::new(), text(""));
                let figure = Figure {
                    measure: "withheld",
                    option: reason_code(*reason),
                    label,
                    value,
                    percent: None,
                    is_hidden: true,
                };
                return self.add(&head, &place, figure);
            }
            Outcome::Served(table) => table,
        };
        let head = Head { number: table.number, as_of: &table.as_of, ..head };
        for row in &table.rows {
            let place = Place {
                group: &row.key,
                group_label: group(&row.key),
                base: row.base,
                n: Some(row.n),
                frame: frame(&row.key),
            };
            self.row(&head, &place, row);
        }
    }

    fn row(&mut self, head: &Head<'_>, place: &Place<'_>, row: &Row) {
        for cell in &row.cells {
            self.count(head, place, "count", &cell.option, cell.count);
        }
        for band in &row.bands {
            self.count(head, place, "band", &band.options.join("+"), Some(band.count));
        }
        for at_least in &row.at_least {
            self.count(head, place, "at_least", &at_least.option, Some(at_least.count));
        }
        if let Some(median) = &row.median {
            let label = self.reading.option(head.columns, median);
            let value = text("");
            self.add(
                head,
                place,
                Figure { measure: "median", option: median, label, value, percent: None, is_hidden: false },
            );
        }
    }

    fn count(&mut self, head: &Head<'_>, place: &Place<'_>, measure: &'static str, option: &str, count: Option<u32>) {
        let base = place.base.filter(|_| option != NOT_ASKED);
        let figure = Figure {
            measure,
            option,
            label: self.reading.option(head.columns, option),
            value: number(count),
            percent: count.zip(base).and_then(|(count, base)| Percent::of(count, base)),
            is_hidden: count.is_none(),
        };
        self.add(head, place, figure);
    }

    fn add(&mut self, head: &Head<'_>, place: &Place<'_>, figure: Figure<'_>) {
        let percent = figure.percent.map_or_else(|| text(""), Value::Percent);
        let row: [Value; HEADS.len()] = [
            text(head.table),
            text(head.question),
            text(head.row.unwrap_or_default()),
            text(head.concept.unwrap_or_default()),
            text(head.with),
            text(head.label.as_str()),
            text(place.group),
            text(place.group_label.as_str()),
            text(figure.measure),
            text(figure.option),
            text(figure.label),
            figure.value,
            percent,
            text(if figure.is_hidden { "true" } else { "false" }),
            number(place.base),
            number(place.n),
            number(place.frame),
            Value::Number(head.number),
            text(head.as_of),
        ];
        self.rows.push(row.into());
    }
}

/// The size of a region, or of all.
pub(super) fn frame_of(size: &Size, key: &str) -> Option<u32> {
    if key == ALL { Some(size.all) } else { size.by_region.get(key).copied() }
}

fn reason_code(reason: Reason) -> &'static str {
    match reason {
        Reason::Contents => "contents",
        Reason::Small => "small",
        Reason::Routed => "routed",
        Reason::Named => "named",
        Reason::EarlierRelease => "earlier_release",
        Reason::Kind => "kind",
        Reason::Audit => "audit",
    }
}
