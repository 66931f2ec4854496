//! What follows from two questions together: from the rows of their table, from its columns, and from the same table
//! told the other way round; and from bases of questions that share what decides on them.

use std::collections::BTreeSet;

use proptest::prelude::{ProptestConfig, prop_assert, prop_assert_eq, proptest};
use serde_json::{Value, json};
use survey_results::{ALL, Bands, NO_ANSWER, Outcome, Reason, Release, Table};

use super::support::{Respondent, Round, choice, picture, question, result, table};
use super::{REGIONS, add, none};

/// How many tables are tried.
const TABLES: u32 = 2_000;
const OPTIONS: [&str; 3] = ["x", "y", "z"];

/// A round with two questions, and these pairs of them.
fn two(pairs: &[(&str, &str)]) -> Round {
    let questions = json!([
        choice("a", "single", &OPTIONS, &json!({"concept": "a"})),
        choice("b", "single", &OPTIONS, &json!({"concept": "b"})),
    ]);
    Round::new(&questions, &REGIONS, pairs, &Bands::new())
}

/// Respondents by their options of both.
fn answered(counts: &[Vec<u32>]) -> Vec<Respondent> {
    let mut all = Vec::new();
    for (first, row) in OPTIONS.iter().zip(counts) {
        for (second, count) in OPTIONS.iter().zip(row) {
            add(&mut all, "A", *count, &json!({"a": first, "b": second}));
        }
    }
    all
}

#[test]
fn who_all_chose_one_option_is_hidden_whichever_question_comes_first() {
    let counts = [vec![12, 0, 0], vec![6, 8, 7], vec![5, 6, 9]];
    let all = answered(&counts);
    for (first, second) in [("a", "b"), ("b", "a")] {
        let release = two(&[(first, second)]).release(1, &all, &[]);
        let pair = &release.pairs[0].table;
        let shown = |row: &str, column: &str| table(pair).row(row).unwrap().count(column);
        let [one, other] = if first == "a" { [("x", "x"), ("x", "y")] } else { [("x", "x"), ("y", "x")] };
        assert_eq!((shown(one.0, one.1), shown(other.0, other.1)), (None, None), "{first}: {pair:?}");
    }
}

#[test]
fn a_pair_is_told_one_way_round() {
    let all = answered(&[vec![12, 0, 0], vec![6, 8, 7], vec![5, 6, 9]]);
    let release = two(&[("a", "b"), ("b", "a"), ("a", "b")]).release(1, &all, &[]);
    assert!(release.pairs[0].table.table().is_some());
    for pair in &release.pairs[1..] {
        assert_eq!(pair.table, Outcome::Withheld(Reason::Audit));
    }
}

/// All tables with these sums that fit what is shown.
fn fitting(shown: &[Vec<Option<u32>>], rows: &[u32], columns: &[u32]) -> Vec<Vec<Vec<u32>>> {
    let mut found = Vec::new();
    let line = |sum: u32, most: &[u32]| {
        let mut lines = Vec::new();
        for one in 0..=sum.min(most[0]) {
            for other in 0..=(sum - one).min(most[1]) {
                if sum - one - other <= most[2] {
                    lines.push(vec![one, other, sum - one - other]);
                }
            }
        }
        lines
    };
    let fits = |values: &[u32], shown: &[Option<u32>]| {
        values.iter().zip(shown).all(|(value, shown)| shown.is_none_or(|shown| shown == *value))
    };
    let less = |most: &[u32], line: &[u32]| most.iter().zip(line).map(|(most, own)| most - own).collect::<Vec<u32>>();
    for first in line(rows[0], columns).into_iter().filter(|line| fits(line, &shown[0])) {
        let left = less(columns, &first);
        for second in line(rows[1], &left).into_iter().filter(|line| fits(line, &shown[1])) {
            let third = less(&left, &second);
            if fits(&third, &shown[2]) {
                found.push(vec![first.clone(), second, third]);
            }
        }
    }
    found
}

/// How far the values of a cell are apart.
fn width(tables: &[Vec<Vec<u32>>], row: usize, column: usize) -> u32 {
    let values: BTreeSet<u32> = tables.iter().map(|table| table[row][column]).collect();
    values.last().zip(values.first()).map_or(0, |(last, first)| last - first)
}

/// The counts of a pair without the answers that nobody gave.
fn shown(pair: &Table) -> Vec<Vec<Option<u32>>> {
    let row = |key: &&str| OPTIONS.iter().map(|option| pair.row(key).and_then(|row| row.count(option))).collect();
    OPTIONS.iter().map(row).collect()
}

fn bases(release: &Release) -> Vec<u32> {
    let whole = release.questions.iter().filter_map(|question| question.totals.table());
    whole.filter_map(|table| table.row(ALL)?.base).collect()
}

fn yes_no(yes: bool) -> &'static str {
    if yes { "yes" } else { "no" }
}

#[test]
fn a_question_that_several_decide_on_has_no_table() {
    let yes = ["yes", "no"];
    let rule = |rule: &str| json!({"show_if": rule});
    let questions = json!([
        choice("a", "single", &yes, &json!({"concept": "a"})),
        choice("b", "single", &yes, &json!({"concept": "b"})),
        choice("c", "single", &["u", "v"], &rule("${a} = 'yes' and ${b} = 'yes'")),
        question("staff", &json!({"type": "integer", "least": 0}), &none()),
        choice("d50", "single", &["u", "v"], &rule("${staff} >= 50")),
        choice("d100", "single", &["u", "v"], &rule("${staff} >= 100")),
        choice("breach", "single", &yes, &json!({"sensitivity": "secretariat"})),
        choice("after", "single", &["u", "v"], &rule("${breach} = 'yes'")),
        choice("next", "single", &["u", "v"], &rule("${a} = 'yes'")),
    ]);
    let round = Round::new(&questions, &REGIONS, &[("a", "b")], &Bands::new());
    let mut all = Vec::new();
    for (count, a, b) in [(12, true, true), (1, true, false), (9, false, true), (11, false, false)] {
        for number in 0..count {
            let side = if number % 2 == 0 { "u" } else { "v" };
            let answers = json!({"a": yes_no(a), "b": yes_no(b), "breach": yes_no(number < 2), "c": side,
                "staff": 40 + 20 * number, "d50": side, "d100": side, "after": "u", "next": side});
            add(&mut all, "A", 1, &answers);
        }
    }
    let release = round.release(1, &all, &[]);
    for code in ["c", "d50", "d100", "after"] {
        let result = result(&release, code);
        assert_eq!(result.totals, Outcome::Withheld(Reason::Routed), "{code}");
        assert_eq!(result.by_region, Outcome::Withheld(Reason::Routed), "{code}");
    }
    assert_eq!(picture(&result(&release, "a").totals, ALL), "13 20 0");
    assert_eq!(picture(&result(&release, "next").totals, ALL), "7 6 0", "everybody sees who answered yes");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: TABLES, failure_persistence: None, ..ProptestConfig::default() })]

    /// Every table that fits a pair is tried: no small count, and nobody who shares an option with all others, is found
    /// along its rows or its columns.
    #[test]
    fn nobody_computes_small_counts_from_a_pair(
        counts in proptest::collection::vec(proptest::collection::vec(0_u32..8, 3), 3),
        k in 3_u32..=4,
    ) {
        let mut round = two(&[("a", "b"), ("b", "a")]);
        round.k = k;
        let all = answered(&counts);
        let release = round.release(1, &all, &[]);
        prop_assert_eq!(release.pairs[1].table.table(), None);
        let Some(pair) = release.pairs[0].table.table() else { return Ok(()) };
        prop_assert!(pair.rows.iter().all(|row| row.count(NO_ANSWER) == Some(0)), "{pair:?}");
        let rows: Vec<u32> = counts.iter().map(|row| row.iter().sum()).collect();
        let columns: Vec<u32> = (0..3).map(|column| counts.iter().map(|row| row[column]).sum()).collect();
        let shown = shown(pair);
        let (left, attainable) = (fitting(&shown, &rows, &columns), fitting(&vec![vec![None; 3]; 3], &rows, &columns));
        for (row, values) in counts.iter().enumerate() {
            for (column, value) in values.iter().enumerate() {
                let is_all = *value > 0 && (*value == rows[row] || *value == columns[column]);
                if (1..k).contains(value) || is_all {
                    prop_assert_eq!(shown[row][column], None, "{} {} {:?}", row, column, pair);
                    let need = k.min(width(&attainable, row, column));
                    prop_assert!(width(&left, row, column) >= need, "{row} {column} {counts:?} {pair:?}");
                }
            }
        }
    }

    /// Bases that are told together differ by nothing, or by at least k: also those of questions that share what
    /// decides on them, or stand under each other.
    #[test]
    fn bases_that_are_told_together_tell_no_small_count(
        answers in proptest::collection::vec((0_usize..4, 0_usize..3, 0_usize..3), 0..60),
        k in 3_u32..=6,
    ) {
        let rule = |rule: &str| json!({"show_if": rule});
        let questions = json!([
            choice("a", "single", &OPTIONS, &none()),
            choice("one", "single", &OPTIONS, &rule("${a} = 'x'")),
            choice("two", "single", &OPTIONS, &rule("${a} = 'x' or ${a} = 'y'")),
            choice("under", "single", &OPTIONS, &rule("${one} = 'x'")),
            choice("both", "single", &OPTIONS, &rule("${a} = 'x' and ${two} = 'y'")),
        ]);
        let mut round = Round::new(&questions, &REGIONS, &[], &Bands::new());
        round.k = k;
        let mut all = Vec::new();
        for (a, one, two) in answers {
            let mut given: Value = json!({"one": OPTIONS[one], "two": OPTIONS[two], "both": "x"});
            if let Some(option) = OPTIONS.get(a) {
                given["a"] = json!(option);
            }
            if two > 0 {
                given["under"] = json!(OPTIONS[two]);
            }
            add(&mut all, "A", 1, &given);
        }
        let release = round.release(1, &all, &[]);
        prop_assert_eq!(result(&release, "both").totals.table(), None);
        let bases = bases(&release);
        for (one, other) in bases.iter().flat_map(|one| bases.iter().map(move |other| (one, other))) {
            let difference = one.abs_diff(*other);
            prop_assert!(difference == 0 || difference >= k, "{one} {other} {release:?}");
        }
    }
}
