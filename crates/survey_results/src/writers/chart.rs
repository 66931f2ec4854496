//! Charts of questions: SVG that stands alone, for readers who see it and for those who hear it.
//!
//! Bars have one line of text above each, so that a chart fits a narrow screen. Of a question with single answers the
//! regions are stacks: levels side by side, then who did not answer, then one hatched rest of what is hidden, which is
//! the size of the row without what is shown. Each hidden count has the same words and no area of its own. The title is
//! the question, the description the finding; the table beside the chart has all figures.
//!
//! The style sheet within is the same in all charts ([`style`]), so that a policy can name it by its hash; where it is
//! forbidden the chart has its light colours.

pub use super::shapes::style;

use super::palette::spread;
use super::reading::{Message, Percent, Reading, Words};
use super::records::frame_of;
use super::shapes::{Area, Drawing, LINE, MARGIN, WIDTH};
use crate::artefact::{ALL, Kind, NO_ANSWER, NOT_ASKED, QuestionResult, Release, Row, Table};

/// Most options of a chart by region.
pub const MOST_BY_REGION: usize = 12;
/// The longest bar; beside it stand the figures.
const BAR: u32 = 310;
const BAR_HEIGHT: u32 = 16;
const STACK_HEIGHT: u32 = 26;
/// Between levels, in tenths.
const GAP: u32 = 20;
/// Characters of a line, and most lines of a heading and of a label.
const HEADING: (usize, usize) = (54, 3);
const LABEL: (usize, usize) = (56, 2);

/// What a chart compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// The options, among all respondents.
    All,
    /// The regions.
    Region,
}

/// The chart of a question; none where the release has no such table, or too many options for it.
pub fn chart<W: Words>(release: &Release, reading: &Reading<'_, W>, result: &QuestionResult, by: By) -> Option<String> {
    let (table, suffix) = match by {
        By::All => (result.totals.table()?, "all"),
        By::Region => (result.by_region.table()?, "region"),
    };
    let code = result.row.as_deref().unwrap_or(&result.question);
    let title = reading.question(&result.question, result.row.as_deref());
    let mut chart =
        Chart { reading, code, kind: result.kind, table, drawing: Drawing::new(format!("{code}-{suffix}")) };
    chart.drawing.paragraph(&title, true, HEADING);
    let options = options(table).count();
    let all = table.rows.last()?;
    let base = base(release, all);
    chart.drawing.paragraph(&reading.say(base), false, LABEL);
    match by {
        By::All => chart.bars(all),
        By::Region if options > MOST_BY_REGION => return None,
        By::Region if chart.kind == Kind::Multiple || options > 5 => chart.bars_by_region(),
        By::Region => chart.stacks(),
    }
    let description = chart.description(all, by, base);
    Some(chart.drawing.finish(reading.language(), &title, &description))
}

/// How many respondents a row is about.
fn base<'a>(release: &Release, row: &Row) -> Message<'a> {
    let (n, frame) = (row.n, frame_of(&release.frame, &row.key).unwrap_or(row.n));
    row.base.map_or(Message::Respondents { n, frame }, |base| Message::Base { base, n, frame })
}

/// The options that can be chosen.
fn options(table: &Table) -> impl Iterator<Item = &str> {
    table.columns.iter().map(String::as_str).filter(|option| ![NO_ANSWER, NOT_ASKED].contains(option))
}

/// How many of a row can be in the cells of its chart: those that were asked, where that is told.
fn whole(row: &Row) -> u32 {
    row.base.unwrap_or_else(|| row.n.saturating_sub(row.count(NOT_ASKED).unwrap_or(0)))
}

/// Those of them that are in hidden cells, together.
fn rest(row: &Row) -> u32 {
    let shown = row.cells.iter().filter(|cell| cell.option != NOT_ASKED).filter_map(|cell| cell.count);
    whole(row).saturating_sub(shown.sum())
}

/// A part of a length, in tenths.
fn part(count: u32, of: u32, length: u32) -> u32 {
    let tenths = (u64::from(count) * u64::from(length) * 10).checked_div(u64::from(of)).unwrap_or(0);
    u32::try_from(tenths).unwrap_or(0).min(length * 10)
}

struct Chart<'a, 'q, W> {
    reading: &'a Reading<'q, W>,
    code: &'a str,
    kind: Kind,
    table: &'a Table,
    drawing: Drawing,
}

impl<W: Words> Chart<'_, '_, W> {
    /// How an option is drawn.
    fn area(&self, option: &str) -> Area {
        let count = options(self.table).count();
        match options(self.table).position(|known| known == option) {
            None => Area::Outline,
            Some(_) if count > 5 => Area::Level(2),
            Some(place) => Area::Level(spread(count).get(place).copied().unwrap_or(2)),
        }
    }

    /// A bar for each option, and one for what is hidden together.
    fn bars(&mut self, row: &Row) {
        let of = row.base.unwrap_or(row.n);
        for cell in row.cells.iter().filter(|cell| cell.option != NOT_ASKED) {
            let (label, area) = (self.reading.option(self.code, &cell.option), self.area(&cell.option));
            self.bar(&label, area, cell.count, (of, row.base));
        }
        if self.kind != Kind::Multiple && rest(row) > 0 {
            let words = self.reading.say(Message::Together(rest(row)));
            self.drawing.y += 8;
            self.drawing.paragraph(&words, false, LABEL);
            self.drawing.area(Area::Hatched, (MARGIN * 10, part(rest(row), of, BAR)), BAR_HEIGHT);
            self.drawing.y += BAR_HEIGHT;
        }
    }

    /// A label, under it a bar with its figures.
    fn bar(&mut self, label: &str, area: Area, count: Option<u32>, (of, base): (u32, Option<u32>)) {
        self.drawing.y += 8;
        self.drawing.paragraph(label, false, LABEL);
        let length = count.map_or(0, |count| part(count, of, BAR));
        if length > 0 {
            self.drawing.area(area, (MARGIN * 10, length), BAR_HEIGHT);
        }
        let percent = count.zip(base).and_then(|(count, base)| Percent::of(count, base));
        let figures = match (count, percent) {
            (None, _) => Message::Hidden,
            (Some(count), Some(percent)) => Message::Share { count, percent },
            (Some(count), None) => Message::Count(count),
        };
        let x = if length > 0 { MARGIN + length.div_ceil(10) + 8 } else { MARGIN };
        self.drawing.label((x, self.drawing.y + BAR_HEIGHT - 3), &self.reading.say(figures));
        self.drawing.y += BAR_HEIGHT;
    }

    /// A heading for each option, under it a bar for each region.
    fn bars_by_region(&mut self) {
        let table = self.table;
        for option in options(table) {
            self.drawing.y += 12;
            self.drawing.paragraph(&self.reading.option(self.code, option), true, LABEL);
            for row in &table.rows {
                let label = self.reading.group(&row.key);
                self.bar(&label, Area::Level(2), row.count(option), (row.base.unwrap_or(row.n), row.base));
            }
        }
    }

    /// A stack for each region, and what the colours mean.
    fn stacks(&mut self) {
        for row in &self.table.rows {
            self.drawing.y += 8;
            let label = format!("{} ({})", self.reading.group(&row.key), whole(row));
            self.drawing.paragraph(&label, row.key == ALL, LABEL);
            self.stack(row);
        }
        self.drawing.y += 8;
        let table = self.table;
        for option in options(table).chain([NO_ANSWER]) {
            if table.columns.iter().any(|column| column == option) {
                self.key(self.area(option), &self.reading.option(self.code, option));
            }
        }
        if table.rows.iter().any(|row| rest(row) > 0) {
            self.key(Area::Hatched, &self.reading.say(Message::Hidden));
        }
    }

    fn stack(&mut self, row: &Row) {
        let (whole, length) = (whole(row), WIDTH - 2 * MARGIN);
        let mut x = MARGIN * 10;
        let shown = row.cells.iter().filter(|cell| cell.option != NOT_ASKED);
        let shown = shown.filter_map(|cell| Some((self.area(&cell.option), cell.count?)));
        for (area, count) in shown.chain([(Area::Hatched, rest(row))]).collect::<Vec<_>>() {
            let width = part(count, whole, length);
            if width > GAP {
                self.drawing.area(area, (x, width - GAP), STACK_HEIGHT);
                let digits = count.to_string();
                let is_wide = width > u32::try_from(digits.len()).unwrap_or(9) * 95 + 80;
                if let (Area::Level(level), true) = (area, is_wide) {
                    let middle = (x + (width - GAP) / 2) / 10;
                    self.drawing.number((middle, self.drawing.y + STACK_HEIGHT - 8), level, &digits);
                }
            }
            x += width;
        }
        self.drawing.y += STACK_HEIGHT;
    }

    /// A colour and its meaning.
    fn key(&mut self, area: Area, label: &str) {
        self.drawing.y += 6;
        self.drawing.area(area, (MARGIN * 10, 160), 16);
        let y = self.drawing.y;
        self.drawing.label((MARGIN + 24, y + 13), &shortened(label));
        self.drawing.y = y + LINE - 4;
    }

    /// What a reader hears.
    fn description(&self, row: &Row, by: By, base: Message<'_>) -> String {
        let mut told = Vec::new();
        let counts = row.cells.iter().filter(|cell| ![NO_ANSWER, NOT_ASKED].contains(&cell.option.as_str()));
        let has_finding = by == By::All && self.kind != Kind::Number && row.is_whole();
        let highest = counts.rev().max_by_key(|cell| cell.count).filter(|_| has_finding);
        if let Some((cell, count, of)) = highest.and_then(|cell| Some((cell, cell.count?, row.base?)))
            && let Some(percent) = Percent::of(count, of)
        {
            let option = self.reading.option(self.code, &cell.option);
            told.push(self.reading.say(Message::Highest { option: &option, count, percent }));
        }
        told.push(self.reading.say(base));
        let is_whole = self.table.rows.iter().all(Row::is_whole);
        told.push(self.reading.say(if is_whole { Message::AllShown } else { Message::SomeHidden }));
        told.join(" ")
    }
}

/// A text of one line.
fn shortened(text: &str) -> String {
    let (width, _) = LABEL;
    if text.chars().count() <= width {
        text.to_owned()
    } else {
        text.chars().take(width - 1).collect::<String>() + "…"
    }
}
