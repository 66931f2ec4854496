//! How the responses of a round stand: a tile and a row of a table for each region, and the numbers of each state.

use super::super::{Progress, ProgressRow, ResponseState};
use super::{address, region};
use crate::db::Id;
use crate::members::Region;
use crate::web::{Page, Shown, Table};

/// How a region stands.
pub(super) struct Tile {
    pub(super) name: Shown,
    /// How many of how many, and the share.
    pub(super) figure: String,
    pub(super) detail: String,
    /// The width of its bar of 100.
    pub(super) percent: usize,
}

/// A tile for each region of the frame.
pub(super) fn tiles(page: &Page, id: Id, progress: &Progress) -> Vec<Tile> {
    let tile = |found: &super::super::RegionProgress| {
        let percent = share(found.submitted, found.frame);
        let counts = [("submitted", found.submitted.to_string()), ("frame", found.frame.to_string())];
        Tile {
            name: named(page, id, found.region),
            figure: page.say("pace-percent", "percent", percent),
            detail: page.text_with("tile-detail", &counts),
            percent,
        }
    };
    progress.regions.iter().map(tile).collect()
}

/// A region, with the way to its organisations.
fn named(page: &Page, id: Id, of: Option<Region>) -> Shown {
    let name = Shown::text(region(page, of));
    match of {
        Some(of) => name.leading_to(format!("{}/frame?region={of}", address(id))),
        None => name,
    }
}

/// States by region; the last row is that of all.
pub(super) fn by_region(page: &Page, id: Id, progress: &Progress) -> Table {
    let mut table = Table::new(page, "progress", &["region"]);
    table.heads.extend(ResponseState::ALL.iter().map(|state| page.words("response-stands", state.as_str())));
    table.heads.extend([page.text("th-asked"), page.text("th-rate")]);
    let row = |name: Shown, rows: &[&ProgressRow]| {
        let count = |state: ResponseState| rows.iter().filter(|row| row.state == Some(state)).count();
        let mut cells = vec![name];
        cells.extend(ResponseState::ALL.iter().map(|state| Shown::code(count(*state))));
        let percent = share(count(ResponseState::Submitted), rows.len());
        cells.extend([Shown::code(rows.len()), Shown::text(page.say("pace-percent", "percent", percent))]);
        cells
    };
    for found in &progress.regions {
        let rows: Vec<&ProgressRow> = progress.data.iter().filter(|row| row.region == found.region).collect();
        table.push(row(named(page, id, found.region), &rows));
    }
    let all: Vec<&ProgressRow> = progress.data.iter().collect();
    table.push(row(Shown::text(page.text("progress-all")), &all));
    table
}

/// A share in whole per cent.
pub(super) fn share(part: usize, of: usize) -> usize {
    (part * 100 + of / 2).checked_div(of).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn a_share_is_rounded_and_of_nothing_nothing() {
        assert_eq!([share(116, 186), share(1, 3), share(2, 3), share(0, 0)], [62, 33, 67, 0]);
    }
}
