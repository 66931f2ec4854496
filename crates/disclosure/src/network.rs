//! A table as a network: its answers flow from groups over options into one sink.
//!
//! A group sends its size; the arc from a group to an option carries their cell, the arc from an option to the sink the option's
//! total. Bands stand between: a group's band between the group and the options, the band of all between options and the sink.
//! The sizes of groups are public, so that every node keeps its balance, and what hidden cells can be is how far their arcs
//! can be raised and lowered along circles of hidden arcs.

use crate::flow::{Arc, Residual, UNBOUNDED};
use crate::table::Cell;

/// The cells of a table as arcs.
#[derive(Clone, Debug)]
pub struct Network {
    cells: Vec<Cell>,
    /// Tail and head of each cell's arc.
    ends: Vec<(usize, usize)>,
    nodes: usize,
}

/// How far a cell can be raised and lowered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Freedom {
    pub up: u32,
    pub down: u32,
}

impl Network {
    /// The network of these cells of a table.
    pub fn new(groups: usize, options: usize, bands: &[Vec<usize>], cells: Vec<Cell>) -> Self {
        let band_of = |option| bands.iter().position(|members| members.len() > 1 && members.contains(&option));
        // Groups, options, the sink, the band of all, the bands of groups.
        let option_node = |option| groups + option;
        let sink = groups + options;
        let band_node = |band| sink + 1 + band;
        let group_band_node = |group, band| sink + 1 + bands.len() * (1 + group) + band;
        let ends = cells.iter().map(|cell| match *cell {
            Cell::Option { group: Some(group), option } => {
                let tail = band_of(option).map_or(group, |band| group_band_node(group, band));
                (tail, option_node(option))
            }
            Cell::Option { group: None, option } => (option_node(option), band_of(option).map_or(sink, band_node)),
            Cell::Band { group: Some(group), band } => (group, group_band_node(group, band)),
            Cell::Band { group: None, band } => (band_node(band), sink),
        });
        let ends = ends.collect();
        Self { cells, ends, nodes: sink + 1 + bands.len() * (1 + groups) }
    }

    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    pub fn ends(&self) -> &[(usize, usize)] {
        &self.ends
    }

    pub fn nodes(&self) -> usize {
        self.nodes
    }

    /// The node into which all answers flow.
    pub fn sink(groups: usize, options: usize) -> usize {
        groups + options
    }

    /// The residual network in which a cell with this value can be raised without a bound and lowered to nothing at this
    /// cost; a cell without one is fixed. The arc of `but` is left out.
    pub fn residual(&self, but: Option<usize>, open: impl Fn(usize) -> Option<(u32, u32)>) -> Residual {
        let arc = |(number, (tail, head)): (usize, &(usize, usize))| {
            let found = if but == Some(number) { None } else { open(number) };
            let (rise, fall, cost) = found.map_or((0, 0, 0), |(value, cost)| (UNBOUNDED, value, cost));
            Arc { tail: *tail, head: *head, rise, fall, cost }
        };
        Residual::new(self.nodes, self.ends.iter().enumerate().map(arc).collect())
    }

    /// How far a cell can be raised and lowered while hidden cells have these values and all others are fixed, each as far as
    /// `limit` at most.
    pub fn freedom(&self, number: usize, limit: u32, hidden: impl Fn(usize) -> Option<u32>) -> Freedom {
        let value = hidden(number).unwrap_or_default();
        let (tail, head) = self.ends[number];
        let residual = self.residual(Some(number), |cell| hidden(cell).map(|value| (value, 0)));
        let up = residual.clone().flow(head, tail, limit);
        let down = residual.clone().flow(tail, head, limit.min(value));
        Freedom { up, down }
    }
}
