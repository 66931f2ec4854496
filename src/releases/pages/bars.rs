//! The picture of a concept over the rounds: for each option a bar for each round. It is drawn in SVG with numbers as
//! attributes, so that it needs neither a script nor a style; a table has the same figures. A hidden count has its word
//! and no bar, and so is never drawn.

use super::super::{TrendPoint, TrendSeries};
use super::figures;
use crate::error::Error;
use crate::time::Timestamp;
use crate::web::Page;

/// Most bars of a picture: where there are more, the table alone has the figures.
const MOST: usize = 40;
/// Most characters of an option.
const LABEL: usize = 70;
/// The height of a line.
const LINE: u64 = 22;
/// Where bars begin, beside the days.
pub(super) const LEFT: u64 = 150;
/// The length of a whole bar: words of figures stand behind it.
const WHOLE: u64 = 330;

/// An option above its bars.
pub(super) struct Label {
    pub(super) y: u64,
    pub(super) text: String,
}

/// A round of an option.
pub(super) struct Bar {
    /// The line on which its words stand.
    pub(super) y: u64,
    /// The upper edge of the bar.
    pub(super) top: u64,
    pub(super) day: String,
    pub(super) length: u64,
    /// Where the words of the figure begin.
    pub(super) beside: u64,
    pub(super) figure: String,
}

/// The picture of a series.
pub(super) struct Bars {
    pub(super) labels: Vec<Label>,
    pub(super) values: Vec<Bar>,
    pub(super) height: u64,
}

impl Bars {
    /// The picture of these options; none of a single round, nor where it would be too large.
    ///
    /// # Errors
    /// Where an instant of a release is none.
    pub(super) fn new(
        page: &Page,
        told: &TrendSeries,
        options: &[&str],
        name: &dyn Fn(&str) -> String,
    ) -> Result<Option<Self>, Error> {
        let count = told.points.len() * options.len();
        if told.points.len() < 2 || count == 0 || count > MOST {
            return Ok(None);
        }
        let (mut labels, mut values, mut y) = (Vec::new(), Vec::new(), 0);
        for option in options {
            y += LINE;
            labels.push(Label { y, text: name(option).chars().take(LABEL).collect() });
            for point in &told.points {
                y += LINE;
                values.push(bar(page, point, option, y)?);
            }
        }
        Ok(Some(Self { labels, values, height: y + LINE / 2 }))
    }
}

fn bar(page: &Page, point: &TrendPoint, option: &str, y: u64) -> Result<Bar, Error> {
    let at: Timestamp = point.as_of.parse().map_err(|_unread| Error::internal("an instant of a release"))?;
    let cell = point.cells.iter().find(|cell| cell.option == option);
    let percent = cell.and_then(|cell| cell.percent).unwrap_or_default();
    let length = u64::from(percent.min(100)) * WHOLE / 100;
    Ok(Bar {
        y,
        top: y.saturating_sub(13),
        day: page.say("shown-day", "at", at),
        length,
        beside: LEFT + length + 6,
        figure: cell.map(|cell| figures::count_and_share(page, cell).text).unwrap_or_default(),
    })
}
