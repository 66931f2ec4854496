//! Maximum flow and cheapest paths in a residual network with integer capacities.
//!
//! Edmonds and Karp's method: the shortest path with room, until there is none or the limit is reached. Networks here have some
//! dozens of nodes, and limits are small. Left out: anything faster.

use std::collections::VecDeque;

/// More than any flow: the room of an arc whose value may rise without a bound.
pub const UNBOUNDED: u32 = u32::MAX / 4;

/// An arc of the residual network with its reverse: how much its value may rise, and how much it may fall.
#[derive(Clone, Copy, Debug)]
pub struct Arc {
    pub tail: usize,
    pub head: usize,
    pub rise: u32,
    pub fall: u32,
    /// What it costs to use the arc in a cheapest path.
    pub cost: u32,
}

/// A step along an arc.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The number of the arc.
    pub arc: usize,
    /// From its tail to its head: its value rises.
    pub is_rise: bool,
}

/// A residual network.
#[derive(Clone, Debug)]
pub struct Residual {
    arcs: Vec<Arc>,
    /// The steps that leave each node.
    leaving: Vec<Vec<Step>>,
}

impl Residual {
    pub fn new(nodes: usize, arcs: Vec<Arc>) -> Self {
        let mut leaving = vec![Vec::new(); nodes];
        for (number, arc) in arcs.iter().enumerate() {
            leaving[arc.tail].push(Step { arc: number, is_rise: true });
            leaving[arc.head].push(Step { arc: number, is_rise: false });
        }
        Self { arcs, leaving }
    }

    /// How far the value of an arc may fall: its value, where it began with none.
    pub fn fall(&self, arc: usize) -> u32 {
        self.arcs[arc].fall
    }

    fn room(&self, step: Step) -> u32 {
        let arc = &self.arcs[step.arc];
        if step.is_rise { arc.rise } else { arc.fall }
    }

    fn end(&self, step: Step) -> usize {
        let arc = &self.arcs[step.arc];
        if step.is_rise { arc.head } else { arc.tail }
    }

    /// Pushes this amount along a path.
    fn push(&mut self, path: &[Step], amount: u32) {
        for step in path {
            let arc = &mut self.arcs[step.arc];
            let (from, to) = if step.is_rise { (&mut arc.rise, &mut arc.fall) } else { (&mut arc.fall, &mut arc.rise) };
            *from -= amount.min(*from);
            *to = to.saturating_add(amount).min(UNBOUNDED);
        }
    }

    /// The shortest path with room for `least`.
    fn shortest(&self, from: usize, to: usize, least: u32) -> Option<Vec<Step>> {
        let mut reached_by: Vec<Option<(usize, Step)>> = vec![None; self.leaving.len()];
        let mut queue = VecDeque::from([from]);
        while let Some(node) = queue.pop_front() {
            if node == to {
                return Some(back(&reached_by, from, to));
            }
            for step in &self.leaving[node] {
                let end = self.end(*step);
                if end != from && reached_by[end].is_none() && self.room(*step) >= least {
                    reached_by[end] = Some((node, *step));
                    queue.push_back(end);
                }
            }
        }
        None
    }

    /// The maximum flow between two nodes, at most `limit`; the network is what is left of it.
    pub fn flow(&mut self, from: usize, to: usize, limit: u32) -> u32 {
        let mut total = 0;
        while total < limit {
            let Some(path) = self.shortest(from, to, 1) else { break };
            let narrowest = path.iter().map(|step| self.room(*step)).min().unwrap_or_default();
            let amount = narrowest.min(limit - total);
            self.push(&path, amount);
            total += amount;
        }
        total
    }

    /// Pushes along paths that cost nothing, `limit` at most; how much it was.
    pub fn use_free_paths(&mut self, from: usize, to: usize, limit: u32) -> u32 {
        let mut total = 0;
        while total < limit {
            let Some((0, path)) = self.cheapest(from, to, 1) else { break };
            let narrowest = path.iter().map(|step| self.room(*step)).min().unwrap_or_default();
            let amount = narrowest.min(limit - total);
            self.push(&path, amount);
            total += amount;
        }
        total
    }

    /// The cheapest path with room for `least`, and its cost. Costs are not negative: Bellman and Ford's rounds end early.
    pub fn cheapest(&self, from: usize, to: usize, least: u32) -> Option<(u32, Vec<Step>)> {
        let mut costs: Vec<Option<u32>> = vec![None; self.leaving.len()];
        let mut reached_by: Vec<Option<(usize, Step)>> = vec![None; self.leaving.len()];
        costs[from] = Some(0);
        let mut queue = VecDeque::from([from]);
        while let Some(node) = queue.pop_front() {
            let Some(so_far) = costs[node] else { continue };
            for step in &self.leaving[node] {
                let (end, cost) = (self.end(*step), so_far + self.arcs[step.arc].cost);
                if self.room(*step) >= least && end != from && costs[end].is_none_or(|known| cost < known) {
                    costs[end] = Some(cost);
                    reached_by[end] = Some((node, *step));
                    queue.push_back(end);
                }
            }
        }
        costs[to].map(|cost| (cost, back(&reached_by, from, to)))
    }
}

/// The path that reached a node.
fn back(reached_by: &[Option<(usize, Step)>], from: usize, to: usize) -> Vec<Step> {
    let mut path = Vec::new();
    let mut node = to;
    while node != from {
        let Some((before, step)) = reached_by[node] else { break };
        path.push(step);
        node = before;
    }
    path.reverse();
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arc(tail: usize, head: usize, rise: u32, fall: u32, cost: u32) -> Arc {
        Arc { tail, head, rise, fall, cost }
    }

    #[test]
    fn flow_takes_back_what_blocks_it() {
        // Both ways share the arc in the middle, which the shortest path takes first.
        let arcs =
            vec![arc(0, 1, 1, 0, 0), arc(0, 2, 1, 0, 0), arc(1, 2, 1, 0, 0), arc(1, 3, 1, 0, 0), arc(2, 3, 1, 0, 0)];
        let network = Residual::new(4, arcs);
        assert_eq!(network.clone().flow(0, 3, UNBOUNDED), 2);
        assert_eq!(network.clone().flow(0, 3, 1), 1, "the limit");
        assert_eq!(network.clone().flow(3, 0, UNBOUNDED), 0, "no value falls below zero");
    }

    #[test]
    fn the_cheapest_path_has_the_room_that_is_asked_for() {
        let arcs = vec![arc(0, 1, 3, 0, 1), arc(1, 2, 3, 0, 1), arc(0, 2, 9, 0, 5)];
        let network = Residual::new(3, arcs);
        assert_eq!(network.cheapest(0, 2, 3).map(|(cost, path)| (cost, path.len())), Some((2, 2)));
        assert_eq!(network.cheapest(0, 2, 4).map(|(cost, path)| (cost, path.len())), Some((5, 1)));
        assert_eq!(network.cheapest(0, 2, 10), None);
    }
}
