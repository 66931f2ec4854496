//! An adversary who puts tables and releases together that share their margins.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test fails by a panic, and tells what it measured"
)]

use disclosure::{Cell, Cost, Difference, Published, Rule, Table, is_safe_after, lacks, protect};
use microlp::{ComparisonOp, OptimizationDirection, Problem, SolveOutcome, Variable};

const RULE: Rule = Rule { k: 5, cost: Cost::Cells };
/// How many administrations of each region answered.
const ANSWERED: [u64; 6] = [16, 28, 20, 30, 9, 13];

struct Numbers(u64);

impl Numbers {
    /// A number below `most` (a multiplicative congruential generator).
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }

    /// An option, the first ones more popular.
    fn option(&mut self, options: usize) -> usize {
        (0..options).find(|_| self.below(5) < 2).unwrap_or(options - 1)
    }
}

/// An answer: region, first question, second question.
type Answer = [usize; 3];

fn answers(numbers: &mut Numbers, sizes: [usize; 2]) -> Vec<Answer> {
    let of_region = |region: usize| (0..ANSWERED[region]).map(move |_| region);
    let regions: Vec<usize> = (0..ANSWERED.len()).flat_map(of_region).collect();
    regions.into_iter().map(|region| [region, numbers.option(sizes[0]), numbers.option(sizes[1])]).collect()
}

/// The table of two of the three: rows by one, options by the other.
fn table(answers: &[Answer], [row, option]: [usize; 2], sizes: [usize; 3]) -> Table {
    let mut counts = vec![vec![0; sizes[option]]; sizes[row]];
    for answer in answers {
        counts[answer[row]][answer[option]] += 1;
    }
    Table::new(counts).unwrap()
}

/// Which of the three a published table is about.
type About = (Published, [usize; 2]);

/// How far apart the smallest and largest value of a cell are, given all tables together: by linear programming over the counts of all
/// combinations of the three.
fn width(tables: &[About], sizes: [usize; 3], target: ([usize; 2], [usize; 2])) -> f64 {
    let combinations: Vec<Answer> =
        (0..sizes[0]).flat_map(|a| (0..sizes[1]).flat_map(move |b| (0..sizes[2]).map(move |c| [a, b, c]))).collect();
    let is_in =
        |answer: &Answer, about: [usize; 2], at: [usize; 2]| answer[about[0]] == at[0] && answer[about[1]] == at[1];
    let end = |direction| {
        let mut problem = Problem::new(direction);
        let weight = |answer: &Answer| if is_in(answer, target.0, target.1) { 1.0 } else { 0.0 };
        let variables: Vec<Variable> =
            combinations.iter().map(|answer| problem.add_var(weight(answer), (0.0, 1e6))).collect();
        let mut fix = |is_meant: &dyn Fn(&Answer) -> bool, count: u32| {
            let meant = combinations.iter().zip(&variables).filter(|(answer, _)| is_meant(answer));
            let sum: Vec<(Variable, f64)> = meant.map(|(_, variable)| (*variable, 1.0)).collect();
            problem.add_constraint(sum, ComparisonOp::Eq, f64::from(count));
        };
        for (published, about) in tables {
            for (row, size) in published.sizes.iter().enumerate() {
                fix(&|answer| answer[about[0]] == row, *size);
                for (option, shown) in published.rows[row].iter().enumerate() {
                    if let Some(count) = shown {
                        fix(&|answer| is_in(answer, *about, [row, option]), *count);
                    }
                }
            }
            for (option, shown) in published.totals.iter().enumerate() {
                if let Some(count) = shown {
                    fix(&|answer| answer[about[1]] == option, *count);
                }
            }
        }
        let SolveOutcome::Solution(solution) = problem.solve().unwrap() else { panic!("interrupted") };
        solution.objective()
    };
    end(OptimizationDirection::Maximize) - end(OptimizationDirection::Minimize)
}

#[test]
fn three_tables_that_share_their_margins_pin_no_small_count() {
    let mut numbers = Numbers(3);
    let (mut attacked, mut narrower) = (0, 0);
    for _ in 0..6 {
        let sizes = [ANSWERED.len(), 3, 3];
        let answers = answers(&mut numbers, [3, 3]);
        let abouts = [[0, 1], [0, 2], [1, 2]];
        let truth: Vec<Table> = abouts.iter().map(|about| table(&answers, *about, sizes)).collect();
        let published: Vec<About> = truth.iter().map(|table| protect(table, RULE)).zip(abouts).collect();
        // Of two questions by each other nothing is served unless all their totals are shown.
        let has_totals = published[..2].iter().all(|(of_regions, _)| of_regions.totals.iter().all(Option::is_some));
        let served = if has_totals { &published[..] } else { &published[..2] };
        for (table, (published, about)) in truth.iter().zip(served) {
            for interval in published.intervals().unwrap() {
                let Cell::Option { group: Some(row), option } = interval.cell else { continue };
                if !(1..RULE.k).contains(&table.value(interval.cell)) {
                    continue;
                }
                let alone = interval.most - interval.least;
                let together = width(served, sizes, (*about, [row, option]));
                let need = f64::from(alone.min(RULE.k));
                assert!(together > need - 1e-6, "{:?} of {about:?}: {together} of {alone}", interval.cell);
                attacked += 1;
                narrower += u32::from(together < f64::from(alone) - 1e-6);
            }
        }
    }
    println!(
        "{attacked} small counts attacked through three tables; {narrower} intervals narrower than alone, none below its need"
    );
}

#[test]
fn a_later_release_that_passes_the_gate_pins_no_late_answer() {
    let mut numbers = Numbers(5);
    let (mut passed, mut refused) = (0, 0);
    for _ in 0..400 {
        let sizes = [ANSWERED.len(), 3, 3];
        let all = answers(&mut numbers, [3, 3]);
        let (late, early): (Vec<Answer>, Vec<Answer>) = all.iter().partition(|_| numbers.below(5) == 0);
        let [before, after, between] = [&early, &all, &late].map(|answers| table(answers, [0, 1], sizes));
        let totals = |table: &Table| (0..3).map(|option| table.total(option)).collect::<Vec<u32>>();
        let came = u32::try_from(late.len()).unwrap();
        let difference = Difference { earlier: &totals(&before), later: &totals(&after), gone: 0, came };
        if !is_safe_after(difference, RULE.k) {
            refused += 1;
            continue;
        }
        passed += 1;
        // The regions once, with the early answers; later the totals alone. The late ones of a region are then known by their
        // number, and their totals: as a table of which all cells inside are hidden.
        let whole = protect(&before, RULE);
        assert_eq!(lacks(&before, &whole, RULE), []);
        let late = Published {
            sizes: (0..between.groups()).map(|group| between.size(group)).collect(),
            rows: vec![vec![None; 3]; between.groups()],
            totals: totals(&between).into_iter().map(Some).collect(),
            ..whole
        };
        for interval in late.intervals().unwrap() {
            let Cell::Option { group: Some(group), option } = interval.cell else { continue };
            if late.totals[option] == Some(0) {
                // A total of zero is public: nobody of any group chose the option.
                continue;
            }
            let least = RULE.k.min(late.sizes[group]);
            assert!(interval.most - interval.least >= least, "{interval:?} of {late:?}");
        }
    }
    assert!(passed > 0 && refused > 0);
    println!("{passed} later releases passed, {refused} were refused");
}
