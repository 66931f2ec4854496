//! The gate between releases of a round.
//!
//! A table is renewed only where the difference from every earlier one of it passes as a release would: in each row
//! no answer was added or removed, or so many that none of them can be computed (`disclosure::is_safe_after`). Its cells
//! are hidden as they were before: another choice would show what was hidden. Everybody who reads a release may have
//! read the earlier ones, whatever their audience.

use disclosure::{Difference, is_safe_after};

use crate::artefact::{Kind, Table};
use crate::count::{Line, Moved};
use crate::release::Earlier;
use crate::tables::{Level, Maker};

/// The earlier releases in which a table was new, in order.
pub(crate) fn known<'e>(earlier: &'e [Earlier], number: usize, level: &Level<'_>) -> Vec<(&'e Earlier, &'e Table)> {
    let table = |known: &'e Earlier| {
        let question = known.release.questions.get(number)?;
        let outcome = if level.is_all() { &question.totals } else { &question.by_region };
        let table = outcome.table().filter(|table| table.is_of(known.release.number, &known.release.as_of))?;
        Some((known, table))
    };
    earlier.iter().filter_map(table).collect()
}

/// The newest earlier table of a pair, if nobody has moved since it was counted.
pub(crate) fn unmoved_pair<'e>(maker: &Maker<'_>, number: usize, earlier: &'e [Earlier]) -> Option<&'e Table> {
    let pair = &maker.plan.pairs[number];
    let (known, table) = earlier.iter().rev().find_map(|known| {
        let table = known.release.pairs.get(number)?.table.table()?;
        table.is_of(known.release.number, &known.release.as_of).then_some((known, table))
    })?;
    let is_unmoved = |item: usize| known.moves.of(item, false).iter().all(|moved| moved.is_none());
    (is_unmoved(pair.question) && is_unmoved(pair.with)).then_some(table)
}

/// Whether counts may be told to those who know an earlier release of them.
pub(crate) fn may_follow(maker: &Maker<'_>, number: usize, is_all: bool, earlier: &Earlier) -> bool {
    let has_named = maker.count.has_named(number) || earlier.count.has_named(number);
    let views = if has_named { &[false, true][..] } else { &[false] };
    views.iter().all(|without_named| {
        let before = maker.lines(&earlier.count, number, is_all, *without_named);
        let after = maker.lines(maker.count, number, is_all, *without_named);
        let moved = earlier.moves.of(number, *without_named);
        let moved = if is_all { vec![moved.iter().copied().sum()] } else { moved };
        let kind = maker.item(number, is_all).kind;
        before.len() == after.len()
            && before.iter().zip(&after).zip(&moved).all(|((before, after), moved)| {
                let sides = parts(kind, before).into_iter().zip(parts(kind, after));
                sides.into_iter().all(|(earlier, later)| {
                    let Moved { gone, came } = *moved;
                    is_safe_after(Difference { earlier: &earlier, later: &later, gone, came }, maker.k)
                })
            })
    })
}

/// The partitions of a line: one of single answers, and yes and no for each of several.
fn parts(kind: Kind, line: &Line) -> Vec<Vec<u32>> {
    match kind {
        Kind::Multiple => line.columns.iter().map(|yes| vec![*yes, line.size - yes]).collect(),
        Kind::Single | Kind::Scale | Kind::Number => vec![line.columns.clone()],
    }
}
