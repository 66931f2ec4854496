//! Figures that follow from shown counts: medians, counts of an option and all higher ones, bands.
//!
//! They belong to rows alone in which nothing is hidden.

use crate::artefact::{AtLeast, Band, Kind, Row};
use crate::plan::Counted;

/// Adds them to a row.
pub(crate) fn add(row: &mut Row, item: &Counted, columns: &[u32], k: u32) {
    let options = item.options.iter().zip(columns);
    if item.kind == Kind::Scale {
        let counts: Vec<u32> = options.clone().map(|(_, count)| *count).collect();
        row.median = median(&item.options, &counts, k);
        let above = |number: usize| counts.iter().skip(number).sum();
        let higher = item.options.iter().enumerate().skip(1);
        row.at_least = higher.map(|(at, option)| AtLeast { option: option.clone(), count: above(at) }).collect();
    }
    if item.kind != Kind::Multiple {
        let band = |band: &Vec<usize>| Band {
            options: band.iter().map(|option| item.options[*option].clone()).collect(),
            count: band.iter().map(|option| columns[*option]).sum(),
        };
        row.bands = item.bands.iter().map(band).collect();
    }
}

/// The option or number that halves the answers in order, the lower one of two, where at least 2 k have answered.
pub(crate) fn median(names: &[String], counts: &[u32], k: u32) -> Option<String> {
    let n: u32 = counts.iter().sum();
    if n == 0 || n < 2 * k {
        return None;
    }
    let mut below = 0;
    for (name, count) in names.iter().zip(counts) {
        below += count;
        if below * 2 >= n {
            return Some(name.clone());
        }
    }
    None
}
