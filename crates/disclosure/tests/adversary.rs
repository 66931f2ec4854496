//! An adversary who computes hidden cells: by the flow of the audit, by linear programming, and by trying all tables.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by a panic, and tells what it measured"
)]

use disclosure::{Cell, Cost, Interval, Published, Rule, Table, lacks, protect};
use microlp::{ComparisonOp, OptimizationDirection, Problem, SolveOutcome, Variable};

/// Numbers that are the same in each run (`SplitMix64`).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from `least` to `most`.
    fn between(&mut self, least: u64, most: u64) -> u64 {
        least + self.next() % (most - least + 1)
    }

    /// The answers of a group, with options of different popularity.
    fn answers(&mut self, size: u64, weights: &[u64]) -> Vec<u32> {
        let mut row = vec![0; weights.len()];
        let sum: u64 = weights.iter().sum();
        for _ in 0..size {
            let mut at = self.between(0, sum - 1);
            let option = weights.iter().position(|weight| {
                let is_here = at < *weight;
                at = at.saturating_sub(*weight);
                is_here
            });
            row[option.unwrap_or_default()] += 1;
        }
        row
    }

    fn table(&mut self, frame: &[u64], options: u64) -> Table {
        let weights: Vec<u64> = (0..options).map(|_| self.between(1, 12)).collect();
        let rate = self.between(35, 90);
        let rows = frame.iter().map(|members| self.answers(members * rate / 100, &weights)).collect();
        Table::new(rows).unwrap()
    }
}

/// How many administrations each region has.
const FRAME: [u64; 6] = [33, 35, 24, 52, 18, 24];

/// How many random tables are tried.
const TABLES: u64 = 10_000;
/// The interval of a hidden cell by linear programming over the published figures.
fn by_programming(published: &Published, target: Cell) -> (u32, u32) {
    let end = |direction| {
        let mut problem = Problem::new(direction);
        let variable = |problem: &mut Problem, cell: Cell, shown: Option<u32>| {
            let weight = if cell == target { 1.0 } else { 0.0 };
            let bounds = shown.map_or((0.0, 1e6), |count| (f64::from(count), f64::from(count)));
            problem.add_var(weight, bounds)
        };
        let groups = published.sizes.len();
        let mut inside: Vec<Vec<Variable>> = Vec::new();
        for group in 0..groups {
            let row = published.rows[group].iter().enumerate();
            let cells = row.map(|(option, shown)| (Cell::Option { group: Some(group), option }, *shown));
            let variables: Vec<Variable> = cells.map(|(cell, shown)| variable(&mut problem, cell, shown)).collect();
            let sum: Vec<(Variable, f64)> = variables.iter().map(|cell| (*cell, 1.0)).collect();
            problem.add_constraint(sum, ComparisonOp::Eq, f64::from(published.sizes[group]));
            inside.push(variables);
        }
        for (option, shown) in published.totals.iter().enumerate() {
            let total = variable(&mut problem, Cell::Option { group: None, option }, *shown);
            let mut sum: Vec<(Variable, f64)> = inside.iter().map(|row| (row[option], 1.0)).collect();
            sum.push((total, -1.0));
            problem.add_constraint(sum, ComparisonOp::Eq, 0.0);
        }
        let SolveOutcome::Solution(solution) = problem.solve().unwrap() else { panic!("interrupted") };
        let solution = solution.objective().round();
        (0..=u32::from(u16::MAX)).find(|value| (f64::from(*value) - solution).abs() < 0.5).unwrap()
    };
    (end(OptimizationDirection::Minimize), end(OptimizationDirection::Maximize))
}

#[test]
fn no_small_count_is_pinned_in_thousands_of_tables() {
    let mut numbers = Numbers(2024);
    let (mut hidden, mut compared) = (0, 0);
    for turn in 0..TABLES {
        let options = numbers.between(2, 6);
        let rule = Rule { k: u32::try_from(numbers.between(3, 10)).unwrap(), cost: Cost::Cells };
        let table = numbers.table(&FRAME, options);
        let published = protect(&table, rule);
        assert_eq!(lacks(&table, &published, rule), [], "{table:?} {published:?}");
        hidden += published.hidden_inside();
        if turn % 50 == 0 {
            for Interval { cell, least, most } in published.intervals().unwrap() {
                assert_eq!(by_programming(&published, cell), (least, most), "{cell:?} of {published:?}");
                compared += 1;
            }
        }
    }
    println!("{TABLES} tables: {hidden} cells hidden; {compared} intervals are those of linear programming");
}

/// The tables that fit what is published, by trying all.
fn fitting(published: &Published) -> Vec<Vec<u32>> {
    fn fill(published: &Published, at: usize, left: u32, so_far: &mut Vec<u32>, found: &mut Vec<Vec<u32>>) {
        let options = published.totals.len();
        if at == published.sizes.len() * options {
            let total = |option: usize| so_far.iter().skip(option).step_by(options).sum::<u32>();
            let fits = |(option, shown): (usize, &Option<u32>)| shown.is_none_or(|shown| shown == total(option));
            if published.totals.iter().enumerate().all(fits) {
                found.push(so_far.clone());
            }
            return;
        }
        let (group, option) = (at / options, at % options);
        let left = if option == 0 { published.sizes[group] } else { left };
        let is_last = option + 1 == options;
        let values = match published.rows[group][option] {
            Some(shown) => shown..=shown,
            None if is_last => left..=left,
            None => 0..=left,
        };
        for value in values.filter(|value| *value <= left && (!is_last || *value == left)) {
            so_far.push(value);
            fill(published, at + 1, left - value, so_far, found);
            so_far.pop();
        }
    }
    let mut found = Vec::new();
    fill(published, 0, 0, &mut Vec::new(), &mut found);
    found
}

/// What is published where exactly these cells of groups are hidden.
fn with_pattern(table: &Table, whole: &Published, pattern: usize) -> Published {
    let cell = |group: usize, option: usize| {
        let is_hidden = pattern >> (group * table.options() + option) & 1 == 1;
        (!is_hidden).then(|| table.value(Cell::Option { group: Some(group), option }))
    };
    let row = |group| (0..table.options()).map(|option| cell(group, option)).collect();
    let rows: Vec<Vec<Option<u32>>> = (0..table.groups()).map(row).collect();
    Published { rows, ..whole.clone() }
}

/// Whether zeros are treated as the rule has it: hidden with others of their line.
fn hides_zeros(table: &Table, published: &Published) -> bool {
    (0..table.groups()).all(|group| {
        let row = &published.rows[group];
        let has_hidden = row.iter().any(Option::is_none);
        let shows_zero =
            row.iter().enumerate().any(|(option, count)| *count == Some(0) && published.totals[option] != Some(0));
        !(has_hidden && shows_zero)
    })
}

#[test]
fn small_tables_lose_hardly_more_than_they_must() {
    let mut numbers = Numbers(7);
    let (mut ours, mut fewest, mut enumerated) = (0, 0, 0);
    for _ in 0..TABLES / 50 {
        let rule = Rule { k: u32::try_from(numbers.between(3, 6)).unwrap(), cost: Cost::Cells };
        let frame: Vec<u64> = (0..3).map(|_| numbers.between(4, 16)).collect();
        let table = numbers.table(&frame, 3);
        let published = protect(&table, rule);
        assert_eq!(lacks(&table, &published, rule), [], "{table:?} {published:?}");
        let tables_that_fit = fitting(&published);
        for Interval { cell, least, most } in published.intervals().unwrap() {
            let Cell::Option { group: Some(group), option } = cell else { continue };
            let values = tables_that_fit.iter().map(|found| found[group * 3 + option]);
            assert_eq!((values.clone().min().unwrap(), values.max().unwrap()), (least, most), "{cell:?} {published:?}");
            enumerated += 1;
        }
        let is_allowed = |pattern: &usize| {
            let tried = with_pattern(&table, &published, *pattern);
            hides_zeros(&table, &tried) && lacks(&table, &tried, rule).is_empty()
        };
        let mut patterns: Vec<usize> = (0..1 << 9).collect();
        patterns.sort_by_key(|pattern| pattern.count_ones());
        let least = patterns.into_iter().find(is_allowed).unwrap();
        ours += published.hidden_inside();
        fewest += usize::try_from(least.count_ones()).unwrap();
        assert!(published.hidden_inside() >= usize::try_from(least.count_ones()).unwrap());
    }
    println!("{enumerated} intervals are those of trying all tables; {ours} cells hidden, at least {fewest} must be");
}

#[test]
fn one_respondent_narrows_an_interval_by_two_at_most() {
    let mut numbers = Numbers(11);
    for _ in 0..TABLES / 100 {
        let rule = Rule { k: 5, cost: Cost::Cells };
        let table = numbers.table(&FRAME, 4);
        let published = protect(&table, rule);
        for group in 0..table.groups() {
            for option in (0..4).filter(|option| table.value(Cell::Option { group: Some(group), option: *option }) > 0)
            {
                // The respondent takes the own answer away from everything, and sees what is left.
                let mut without = published.clone();
                without.sizes[group] -= 1;
                for count in [&mut without.rows[group][option], &mut without.totals[option]] {
                    *count = count.map(|count| count - 1);
                }
                let before = published.intervals().unwrap();
                for (whole, left) in before.iter().zip(without.intervals().unwrap()) {
                    assert!(whole.most - whole.least <= left.most - left.least + 2, "{whole:?} {left:?}");
                }
            }
        }
    }
}

#[test]
fn a_release_of_sixty_questions_is_protected() {
    let mut numbers = Numbers(60);
    let started = std::time::Instant::now();
    for _ in 0..60 {
        let table = numbers.table(&FRAME, 6);
        let rule = Rule { k: 5, cost: Cost::Cells };
        assert_eq!(lacks(&table, &protect(&table, rule), rule), []);
    }
    println!("60 questions of 6 options in 6 regions: {:?}", started.elapsed());
}
