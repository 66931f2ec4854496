//! What published figures tell about hidden cells.
//!
//! The audit knows nothing but what is [`Published`]: it finds values that fit, by a maximum flow over the hidden cells, and asks how
//! far each can be raised and lowered from there. [`lacks`] holds the widths against what the rule demands of the true table.

use crate::flow::{Arc, Residual, UNBOUNDED};
use crate::network::Network;
use crate::protection::needs;
use crate::table::{Cell, Published, Rule, Table};

/// Between which values a hidden cell must lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    /// The hidden cell.
    pub cell: Cell,
    /// The smallest value that fits what is shown.
    pub least: u32,
    /// The largest.
    pub most: u32,
}

/// A hidden cell that is not protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lack {
    /// The cell.
    pub cell: Cell,
    /// How far its smallest and its largest possible value are apart.
    pub width: u32,
    /// How far they must be apart; nothing where the cell must not be shown and is.
    pub need: Option<u32>,
}

impl Published {
    /// The interval of each hidden cell, computed from the published figures alone; none where they contradict each other.
    pub fn intervals(&self) -> Option<Vec<Interval>> {
        let network = self.network();
        let values = self.values_that_fit(&network)?;
        let numbers = (0..values.len()).filter(|number| values[*number].is_some());
        let interval = |number: usize| {
            let value = values[number].unwrap_or_default();
            let freedom = network.freedom(number, UNBOUNDED, |cell| values[cell]);
            Interval { cell: network.cells()[number], least: value - freedom.down, most: value + freedom.up }
        };
        Some(numbers.map(interval).collect())
    }

    fn network(&self) -> Network {
        let groups = (0..self.sizes.len()).map(Some).chain([None]);
        let of_group = |group| {
            let options = (0..self.totals.len()).map(move |option| Cell::Option { group, option });
            let wide = self.bands.iter().enumerate().filter(|(_, options)| options.len() > 1);
            options.chain(wide.map(move |(band, _)| Cell::Band { group, band }))
        };
        Network::new(self.sizes.len(), self.totals.len(), &self.bands, groups.flat_map(of_group).collect())
    }

    /// A value for each hidden cell so that all sums hold.
    fn values_that_fit(&self, network: &Network) -> Option<Vec<Option<u32>>> {
        let shown: Vec<Option<u32>> = network.cells().iter().map(|cell| self.shown(*cell)).collect();
        // What each node has left to send on after the shown cells, and what it still lacks.
        let mut balance = vec![0_i64; network.nodes()];
        for (group, size) in self.sizes.iter().enumerate() {
            balance[group] += i64::from(*size);
            balance[Network::sink(self.sizes.len(), self.totals.len())] -= i64::from(*size);
        }
        for ((tail, head), count) in network.ends().iter().zip(&shown) {
            balance[*tail] -= i64::from(count.unwrap_or_default());
            balance[*head] += i64::from(count.unwrap_or_default());
        }
        let room = |count: &Option<u32>| if count.is_none() { UNBOUNDED } else { 0 };
        let inner = network.ends().iter().zip(&shown);
        let mut arcs: Vec<Arc> = inner
            .map(|((tail, head), count)| Arc { tail: *tail, head: *head, rise: room(count), fall: 0, cost: 0 })
            .collect();
        let (source, end) = (network.nodes(), network.nodes() + 1);
        let mut to_send = 0;
        for (node, left) in balance.into_iter().enumerate() {
            let amount = u32::try_from(left.unsigned_abs()).ok()?;
            let (tail, head) = if left > 0 { (source, node) } else { (node, end) };
            to_send += if left > 0 { amount } else { 0 };
            arcs.push(Arc { tail, head, rise: amount, fall: 0, cost: 0 });
        }
        let mut residual = Residual::new(network.nodes() + 2, arcs);
        let is_sent = residual.flow(source, end, UNBOUNDED) == to_send;
        let value = |(number, count): (usize, &Option<u32>)| count.is_none().then(|| residual.fall(number));
        is_sent.then(|| shown.iter().enumerate().map(value).collect())
    }
}

/// The cells of a table that what is published of it does not protect; empty where it may be served. Figures that contradict
/// each other, or the table, protect nothing.
pub fn lacks(table: &Table, published: &Published, rule: Rule) -> Vec<Lack> {
    let is_true = |cell: &Cell| published.shown(*cell).is_none_or(|count| count == table.value(*cell));
    let same_shape = published.rows.len() == table.groups()
        && published.totals.len() == table.options()
        && published.bands == table.bands
        && (0..table.groups()).all(|group| published.sizes[group] == table.size(group));
    let cells = table.cells();
    let intervals = (same_shape && cells.iter().all(is_true)).then(|| published.intervals()).flatten();
    let Some(intervals) = intervals else {
        return cells.into_iter().map(|cell| Lack { cell, width: 0, need: None }).collect();
    };
    let width = |cell| intervals.iter().find(|found| found.cell == cell).map(|found| found.most - found.least);
    let lack = |(cell, need): (Cell, u32)| match width(cell) {
        None => Some(Lack { cell, width: 0, need: None }),
        Some(width) if width < need => Some(Lack { cell, width, need: Some(need) }),
        Some(_) => None,
    };
    let small = needs(table, rule);
    let is_small = |cell: &Cell| small.iter().any(|(known, _)| known == cell);
    let others = intervals.iter().map(|found| found.cell).filter(|cell| !is_small(cell)).map(|cell| (cell, 1));
    small.iter().copied().chain(others).filter_map(lack).collect()
}
