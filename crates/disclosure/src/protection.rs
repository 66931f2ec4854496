//! The choice of the cells that are hidden.
//!
//! First the totals, then what must not be shown (*small* cells), then further cells until every hidden one can have enough values, then
//! those are shown again that are not needed. Which cells to add is found along cheapest paths: raising a hidden cell means to
//! lower and raise others around a circle, and the cells on the way that are shown so far are the price. Several orders are tried and
//! the cheapest result is taken; it is optimal nearly always, and never unsafe.
//!
//! What is small: a count from 1 to k − 1; every cell of a group with fewer than k answers; the full cell of a group whose answers
//! are all in one option. A zero is not small, but tells what others can be: in a line with a hidden cell all zeros are hidden
//! too, unless the option's published total is zero.

use crate::network::{Freedom, Network};
use crate::table::{Cell, Cost, Published, Rule, Table};

/// Hides cells of a table until no small count can be computed from the shown ones.
pub fn protect(table: &Table, rule: Rule) -> Published {
    let problem = Problem::new(table, rule);
    let orders = [Order::CheapestGain, Order::WholeLack];
    let prices = [Cost::Cells, Cost::Answers];
    let tries = orders.iter().flat_map(|order| prices.iter().map(|price| problem.solve(*order, *price)));
    let best = tries.min_by_key(|choice| problem.cost(choice)).unwrap_or_else(|| problem.everything());
    let hidden = problem.hidden(&best);
    Published::of(table, |cell| problem.number(cell).is_some_and(|number| hidden[number]))
}

/// The small cells of a table, and how far their smallest and largest possible value must be apart: k, or as far as they can be
/// when nothing but totals is shown.
pub(crate) fn needs(table: &Table, rule: Rule) -> Vec<(Cell, u32)> {
    let problem = Problem::new(table, rule);
    let numbers = (0..problem.cells.len()).filter(|number| problem.is_small[*number]);
    numbers.map(|number| (problem.cells[number], problem.needs[number])).collect()
}

/// In which order cells are added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    /// The path that costs least for each value gained.
    CheapestGain,
    /// The cheapest path that gains all that a cell lacks, if there is one.
    WholeLack,
}

/// Which cells are chosen, by number; zeros that follow from them are not among them.
type Choice = Vec<bool>;

struct Problem<'a> {
    table: &'a Table,
    rule: Rule,
    cells: Vec<Cell>,
    values: Vec<u32>,
    network: Network,
    is_small: Vec<bool>,
    /// Totals that are hidden; cells of groups are not among them.
    is_hidden_total: Vec<bool>,
    /// How many values beyond the first a cell must be able to have if it is hidden.
    needs: Vec<u32>,
}

impl<'a> Problem<'a> {
    fn new(table: &'a Table, rule: Rule) -> Self {
        let cells = table.cells();
        let values: Vec<u32> = cells.iter().map(|cell| table.value(*cell)).collect();
        let network = Network::new(table.groups(), table.options(), &table.bands, cells.clone());
        let is_small = vec![false; cells.len()];
        let (is_hidden_total, needs) = (is_small.clone(), vec![1; cells.len()]);
        let mut problem = Self { table, rule, cells, values, network, is_small, is_hidden_total, needs };
        for group in (0..table.groups()).map(Some).chain([None]) {
            problem.mark_small(group);
        }
        problem.hide_totals();
        problem.is_small = (0..problem.cells.len()).map(|n| problem.is_small[n] && !problem.is_shown_zero(n)).collect();
        let everything = problem.hidden(&problem.everything());
        for number in (0..problem.cells.len()).filter(|number| problem.is_small[*number]) {
            let freedom = problem.freedom(number, rule.k, &everything);
            problem.needs[number] = rule.k.min(freedom.up + freedom.down);
        }
        problem
    }

    fn number(&self, cell: Cell) -> Option<usize> {
        self.cells.iter().position(|known| *known == cell)
    }

    fn numbers_of(&self, group: Option<usize>) -> impl Iterator<Item = usize> {
        (0..self.cells.len()).filter(move |number| self.cells[*number].group() == group)
    }

    fn mark_small(&mut self, group: Option<usize>) {
        let size = group.map_or(self.table.respondents(), |group| self.table.size(group));
        let small: Vec<usize> = self
            .numbers_of(group)
            .filter(|number| {
                let value = self.values[*number];
                size > 0 && (size < self.rule.k || value == size || (1..self.rule.k).contains(&value))
            })
            .collect();
        for number in small {
            self.is_small[number] = true;
        }
    }

    /// Chooses the totals that are hidden: the small ones, with them all zeros, and one more where those could be computed.
    fn hide_totals(&mut self) {
        let options: Vec<usize> =
            self.numbers_of(None).filter(|number| matches!(self.cells[*number], Cell::Option { .. })).collect();
        if !options.iter().any(|number| self.is_small[*number]) {
            // A band is small only where its options are, or where it has all answers: then it tells no more than them.
            return;
        }
        let (mut hidden, mut shown): (Vec<usize>, Vec<usize>) =
            options.into_iter().partition(|number| self.is_small[*number] || self.values[*number] == 0);
        let sum: u32 = hidden.iter().map(|number| self.values[*number]).sum();
        if hidden.len() < 2 || sum < self.rule.k {
            shown.sort_by_key(|number| self.values[*number]);
            hidden.extend(shown.first());
        }
        let option_of = |number: &usize| match self.cells[*number] {
            Cell::Option { option, .. } => Some(option),
            Cell::Band { .. } => None,
        };
        let hidden_options: Vec<usize> = hidden.iter().filter_map(option_of).collect();
        // A band that has some of the hidden options, and not all of them, would tell their sum.
        for band in self.table.wide_bands() {
            let inside = hidden_options.iter().filter(|option| self.table.bands[band].contains(*option)).count();
            if (1..hidden_options.len()).contains(&inside) {
                hidden.extend(self.number(Cell::Band { group: None, band }));
            }
        }
        for number in hidden {
            self.is_hidden_total[number] = true;
        }
    }

    /// Every cell of every group.
    fn everything(&self) -> Choice {
        self.cells.iter().map(|cell| cell.group().is_some()).collect()
    }

    /// All hidden cells: the chosen ones, the zeros of their lines, and the hidden totals.
    fn hidden(&self, choice: &Choice) -> Vec<bool> {
        let mut hidden = self.is_hidden_total.clone();
        for group in 0..self.table.groups() {
            let has_hidden = self.numbers_of(Some(group)).any(|number| choice[number]);
            for number in self.numbers_of(Some(group)) {
                let is_zero = self.values[number] == 0;
                hidden[number] = !self.is_shown_zero(number) && (choice[number] || (is_zero && has_hidden));
            }
        }
        hidden
    }

    /// Whether it is shown by the total of its option or band that the cell of a group is zero.
    fn is_shown_zero(&self, number: usize) -> bool {
        let total = match self.cells[number] {
            Cell::Option { option, .. } => Cell::Option { group: None, option },
            Cell::Band { band, .. } => Cell::Band { group: None, band },
        };
        self.cells[number].group().is_some()
            && self.number(total).is_some_and(|total| self.values[total] == 0 && !self.is_hidden_total[total])
    }

    fn freedom(&self, number: usize, limit: u32, hidden: &[bool]) -> Freedom {
        self.network.freedom(number, limit, |cell| hidden[cell].then(|| self.values[cell]))
    }

    fn lack(&self, number: usize, hidden: &[bool]) -> u32 {
        let freedom = self.freedom(number, self.needs[number], hidden);
        self.needs[number].saturating_sub(freedom.up + freedom.down)
    }

    fn is_safe(&self, choice: &Choice) -> bool {
        let hidden = self.hidden(choice);
        (0..hidden.len()).filter(|number| hidden[*number]).all(|number| self.lack(number, &hidden) == 0)
    }

    /// What a choice costs, by the rule; among equals, by the answers that it hides.
    fn cost(&self, choice: &Choice) -> (u64, u64) {
        let hidden = self.hidden(choice);
        let numbers: Vec<usize> = (0..hidden.len()).filter(|number| hidden[*number]).collect();
        let answers = numbers.iter().map(|number| u64::from(self.values[*number])).sum();
        let cells = u64::try_from(numbers.len()).unwrap_or(u64::MAX);
        match self.rule.cost {
            Cost::Cells => (cells, answers),
            Cost::Answers => (answers, cells),
        }
    }

    fn solve(&self, order: Order, price: Cost) -> Choice {
        let mut choice: Choice =
            (0..self.cells.len()).map(|number| self.is_small[number] && self.cells[number].group().is_some()).collect();
        loop {
            let hidden = self.hidden(&choice);
            let lacks = (0..hidden.len()).filter(|number| hidden[*number]).map(|n| (self.lack(n, &hidden), n));
            let Some((lack, number)) =
                lacks.filter(|(lack, _)| *lack > 0).max_by_key(|(lack, n)| (*lack, usize::MAX - n))
            else {
                break;
            };
            let path = self.cheapest_cells(number, lack, &hidden, order, price);
            if path.is_empty() {
                choice = self.everything();
                break;
            }
            for number in path {
                choice[number] = true;
            }
        }
        self.show_again(choice)
    }

    /// The cells whose hiding lets the hidden cell `number` have more values, the best as `order` has it.
    fn cheapest_cells(&self, number: usize, lack: u32, hidden: &[bool], order: Order, price: Cost) -> Vec<usize> {
        let open = |cell: usize| {
            let price = match price {
                Cost::Cells => 16,
                Cost::Answers => 1 + self.values[cell].min(1 << 16),
            };
            let is_total = self.cells[cell].group().is_none();
            if hidden[cell] {
                Some((self.values[cell], 0))
            } else if is_total || self.is_shown_zero(cell) {
                None
            } else {
                Some((self.values[cell], price))
            }
        };
        let (tail, head) = self.network.ends()[number];
        let mut found: Vec<(u32, u32, Vec<usize>)> = Vec::new();
        for (from, to, limit) in [(head, tail, u32::MAX), (tail, head, self.values[number])] {
            let mut residual = self.network.residual(Some(number), open);
            let free = residual.use_free_paths(from, to, limit.min(self.rule.k));
            for gain in 1..=lack.min(limit - free.min(limit)) {
                if let Some((cost, path)) = residual.cheapest(from, to, gain) {
                    found.push((gain, cost, path.iter().map(|step| step.arc).filter(|arc| !hidden[*arc]).collect()));
                }
            }
        }
        let per_gain = |(gain, cost, _): &(u32, u32, Vec<usize>)| u64::from(*cost) * 5040 / u64::from(*gain);
        let whole = found.iter().filter(|(gain, ..)| *gain == lack).min_by_key(|(_, cost, _)| *cost);
        let cheapest = found.iter().min_by_key(|entry| (per_gain(entry), u32::MAX - entry.0));
        let best = if order == Order::WholeLack { whole.or(cheapest) } else { cheapest };
        best.map(|(.., cells)| cells.clone()).unwrap_or_default()
    }

    /// Shows again what was added and is not needed, the dearest first.
    fn show_again(&self, mut choice: Choice) -> Choice {
        let is_added = |number: &usize| !self.is_small[*number] && choice[*number];
        let mut added: Vec<usize> = (0..choice.len()).filter(is_added).collect();
        added.sort_by_key(|number| u32::MAX - self.values[*number]);
        for number in added {
            choice[number] = false;
            if !self.is_safe(&choice) {
                choice[number] = true;
            }
        }
        choice
    }
}
