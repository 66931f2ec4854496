//! What follows from one table, or from several of one release: totals, bases, medians, options that exclude others.

use std::collections::BTreeSet;

use proptest::prelude::{Just, ProptestConfig, Strategy, prop_assert, proptest};
use serde_json::{Value, json};
use survey_results::{ALL, Bands, Outcome, Reason, Release};

use super::support::{Round, choice, counts, picture, result, table};
use super::{CASES, REGIONS, add, counts_or_none, none, one_question, single};

#[test]
fn v10_a_total_that_is_hidden_is_no_margin_of_a_pair() {
    let questions = json!([
        choice("q", "single", &["a", "b", "c"], &json!({"concept": "one"})),
        choice("r", "single", &["x", "y"], &json!({"concept": "two"})),
    ]);
    let round = Round::new(&questions, &REGIONS, &[("q", "two"), ("r", "one")], &Bands::new());
    let mut all = single(&[[1, 9, 8], [0, 7, 9], [2, 8, 6]]);
    for known in &mut all {
        let answer = if known.name % 2 == 0 { "x" } else { "y" };
        known.answers.insert("r".to_owned(), json!(answer));
    }
    let release = round.release(1, &all, &[]);
    assert_eq!(picture(&result(&release, "q").totals, ALL), "x 24 x x");
    assert_eq!(picture(&result(&release, "r").totals, ALL), "25 25 0");
    for pair in &release.pairs {
        assert_eq!(pair.table, Outcome::Withheld(Reason::Small));
    }
}

#[test]
fn v11_the_base_of_a_routed_question_is_hidden_where_its_rule_is() {
    let questions = json!([
        choice("first", "single", &["yes", "no"], &none()),
        choice("next", "single", &["a", "b"], &json!({"show_if": "${first} = 'yes'"})),
    ]);
    let round = Round::new(&questions, &REGIONS, &[], &Bands::new());
    let mut all = Vec::new();
    for (region, yes, no) in [("A", 14, 2), ("B", 20, 8), ("C", 11, 9)] {
        add(&mut all, region, yes / 2, &json!({"first": "yes", "next": "a"}));
        add(&mut all, region, yes - yes / 2, &json!({"first": "yes", "next": "b"}));
        add(&mut all, region, no, &json!({"first": "no"}));
    }
    let release = round.release(1, &all, &[]);
    let (first, next) = (result(&release, "first"), result(&release, "next"));
    assert_eq!(picture(&first.by_region, "A"), "x x 0");
    assert_eq!(picture(&first.by_region, "C"), "x x 0");
    assert_eq!(next.by_region, Outcome::Withheld(Reason::Routed));
    let row = table(&next.totals).row(ALL).unwrap();
    assert_eq!((row.n, row.base), (64, Some(45)), "everybody sees 45 who answered yes");
    assert_eq!(picture(&next.totals, ALL), "22 23 0");
}

#[test]
fn v9_and_v12_figures_that_follow_from_several_stand_beside_whole_rows_alone() {
    let questions = json!([choice("q", "scale", &["a", "b", "c"], &none())]);
    let round = Round::new(&questions, &REGIONS, &[], &Bands::new());
    let release = round.release(1, &single(&[[2, 9, 8], [7, 9, 6], [6, 12, 8]]), &[]);
    for row in &table(&result(&release, "q").by_region).rows {
        assert_eq!(row.median.is_some(), row.is_whole(), "{row:?}");
        assert_eq!(row.at_least.is_empty(), !row.is_whole(), "{row:?}");
    }
}

#[test]
fn an_exclusive_option_and_no_answer_bound_the_others_only_where_they_are_shown() {
    let questions = json!([choice("q", "multiple", &["a", "b", "none!"], &none())]);
    let round = Round::new(&questions, &REGIONS, &[], &Bands::new());
    let mut all = Vec::new();
    for (region, _) in REGIONS {
        add(&mut all, region, 6, &json!({"q": ["a"]}));
        add(&mut all, region, 6, &json!({"q": ["a", "b"]}));
        add(&mut all, region, 6, &json!({"q": ["b"]}));
        add(&mut all, region, 7, &json!({"q": ["none"]}));
    }
    let release = round.release(1, &all, &[]);
    assert_eq!(picture(&result(&release, "q").by_region, "A"), "12 12 7 0");
    // Two did not answer: that, and who chose none, is not told by region.
    for known in all.iter_mut().filter(|known| known.region == "A").take(2) {
        known.answers.clear();
    }
    let release = round.release(1, &all, &[]);
    let cells = counts(&result(&release, "q").by_region, "A");
    assert_eq!(cells[2..], [None, None]);
    assert_eq!(counts(&result(&release, "q").totals, ALL)[2..], [None, None]);
}

/// A question of three options, the third of which two chose in region A and two in B, and nobody in C.
fn two_of_a_region(more: &Value) -> Release {
    let round = Round {
        k: 3,
        ..Round::new(&json!([choice("q", "multiple", &["a", "b", "c"], more)]), &REGIONS, &[], &Bands::new())
    };
    let mut all = Vec::new();
    for (region, each, third) in [("A", 5, 2), ("B", 5, 2), ("C", 6, 0)] {
        for (option, count) in [("a", each), ("b", each), ("c", third)] {
            add(&mut all, region, count, &json!({"q": [option]}));
        }
    }
    round.release(1, &all, &[])
}

#[test]
fn how_many_options_an_answer_has_tells_no_count_that_is_hidden() {
    let is_told = |more: Value| result(&two_of_a_region(&more), "q").by_region.table().is_some();
    assert!(is_told(json!({})), "as many as one likes, or none");
    // Thirty-six options of thirty-six respondents: nobody chose two.
    assert!(!is_told(json!({"required": true})));
    let rule = |rule: &str| json!({"constraint": {"rule": rule, "message": {"en": "No."}}});
    assert!(!is_told(rule("count-selected(.) <= 1")));
    assert!(!is_told(rule("2 > count-selected(.)")));
    assert!(is_told(rule("count-selected(.) <= 3 and count-selected(.) >= 1")), "no more than there are");
    // What no table takes into account leaves no table.
    assert!(!is_told(rule("not(selected(., 'a') and selected(., 'b'))")));
    let totals = |more: Value| result(&two_of_a_region(&more), "q").totals.table().is_some();
    assert!(totals(json!({"required": true})) && totals(rule("count-selected(.) <= 2")), "nothing is hidden there");
    assert!(!totals(rule("selected(., 'a') or count-selected(.) = 1")));
}

#[test]
fn where_an_answer_is_required_no_count_hides_behind_those_without_one() {
    let more = json!({"required": true});
    let round = Round::new(&json!([choice("q", "single", &["a", "b", "c"], &more)]), &REGIONS, &[], &Bands::new());
    let release = round.release(1, &single(&[[2, 0, 10], [9, 3, 9], [9, 9, 9]]), &[]);
    for (region, _) in REGIONS {
        let cells = counts(&result(&release, "q").by_region, region);
        assert_eq!(cells[3], Some(0), "{region}: everybody knows");
        assert_ne!(cells.iter().filter(|count| count.is_none()).count(), 1, "{region}: {cells:?}");
    }
    let free = one_question().release(1, &single(&[[2, 0, 10], [9, 3, 9], [9, 9, 9]]), &[]);
    assert!(free.questions[0].by_region.table().is_some());
}

#[test]
fn a_constraint_that_rules_out_options_of_one_answer_leaves_no_table() {
    let more = json!({"constraint": {"rule": ". != 'c'", "message": {"en": "No."}}});
    let round = Round::new(&json!([choice("q", "single", &["a", "b", "c"], &more)]), &REGIONS, &[], &Bands::new());
    let release = round.release(1, &single(&[[9, 9, 0], [9, 9, 0], [9, 9, 0]]), &[]);
    assert!(result(&release, "q").totals.table().is_none());
}

/// What one region of a routed question can be: those who said yes, and of these those who answered a.
type Possible = (u32, u32);

/// All values of a region that fit what is shown of it.
fn fitting(release: &Release, region: &str) -> Vec<Possible> {
    let (first, next) = (result(release, "first"), result(release, "next"));
    let n = release.n.by_region[region];
    let fits = |outcome: &Outcome, values: &[u32]| {
        let Some(row) = outcome.table().and_then(|table| table.row(region)) else { return true };
        let base = row.base.is_none_or(|base| base == values.iter().sum::<u32>());
        base && row.cells.iter().zip(values).all(|(cell, value)| cell.count.is_none_or(|count| count == *value))
    };
    let all = (0..=n).flat_map(|yes| (0..=yes).map(move |a| (yes, a)));
    all.filter(|(yes, a)| fits(&first.by_region, &[*yes, n - yes, 0]) && fits(&next.by_region, &[*a, yes - a, 0]))
        .collect()
}

/// A region of a routed question: yes, of these a, and no.
fn routed() -> impl Strategy<Value = (u32, u32, u32)> {
    (0_u32..12, 0_u32..8).prop_flat_map(|(yes, no)| (Just(yes), 0..=yes, Just(no)))
}

/// What so many respondents can answer: a, b, none, nothing.
fn several(n: u32) -> Vec<[u32; 4]> {
    let mut found = Vec::new();
    for none in 0..=n {
        for nothing in 0..=n - none {
            let some = n - none - nothing;
            for a in 0..=some {
                found.extend((some - a..=some).map(|b| [a, b, none, nothing]));
            }
        }
    }
    found
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() })]

    /// Everything that fits both tables of a rule and its follow-up is tried: no small count is narrowed.
    #[test]
    fn nobody_computes_small_counts_from_a_routed_question(
        regions in proptest::collection::vec(routed(), 2..=2),
        k in 3_u32..=4,
    ) {
        let questions = json!([
            choice("first", "single", &["yes", "no"], &none()),
            choice("next", "single", &["a", "b"], &json!({"show_if": "${first} = 'yes'"})),
        ]);
        let mut round = Round::new(&questions, &REGIONS[..2], &[], &Bands::new());
        round.k = k;
        let mut all = Vec::new();
        for ((region, _), (yes, a, no)) in REGIONS.iter().zip(&regions) {
            add(&mut all, region, *a, &json!({"first": "yes", "next": "a"}));
            add(&mut all, region, yes - a, &json!({"first": "yes", "next": "b"}));
            add(&mut all, region, *no, &json!({"first": "no"}));
        }
        let release = round.release(1, &all, &[]);
        let total = |code: &str| counts_or_none(&result(&release, code).totals);
        let (first, next) = (total("first"), total("next"));
        let options: Vec<Vec<Possible>> = REGIONS[..2].iter().map(|(region, _)| fitting(&release, region)).collect();
        let mut seen = vec![BTreeSet::new(); 2];
        for one in &options[0] {
            for other in &options[1] {
                let is = |shown: Option<u32>, value: u32| shown.is_none_or(|shown| shown == value);
                if is(first[0], one.0 + other.0) && is(next[0], one.1 + other.1)
                    && is(next[1], one.0 + other.0 - one.1 - other.1)
                {
                    seen[0].insert(one.0);
                    seen[1].insert(other.0);
                }
            }
        }
        for (values, (yes, _, no)) in seen.iter().zip(&regions) {
            let is_small = |count: u32| (1..k).contains(&count);
            if is_small(*yes) || is_small(*no) {
                let width = values.last().unwrap() - values.first().unwrap();
                // As far apart as they can be where the totals alone are shown.
                let others: u32 = release.n.all - yes - no;
                let attainable = first[0].map_or(yes + no, |total| total.min(yes + no) - total.saturating_sub(others));
                prop_assert!(width >= k.min(attainable), "{values:?} {release:?}");
            }
        }
    }

    /// Everything that fits a question with several answers is tried, one option excluding the others.
    #[test]
    fn nobody_computes_small_counts_of_several_answers(
        regions in proptest::collection::vec(proptest::collection::vec(0_u32..5, 5), 2..=2),
        k in 3_u32..=4,
    ) {
        let options = choice("q", "multiple", &["a", "b", "none!"], &none());
        let mut round = Round::new(&json!([options]), &REGIONS[..2], &[], &Bands::new());
        round.k = k;
        let mut all = Vec::new();
        for ((region, _), counts) in REGIONS.iter().zip(&regions) {
            for (count, answer) in counts.iter().zip([json!(["a"]), json!(["b"]), json!(["a", "b"]), json!(["none"])]) {
                add(&mut all, region, *count, &json!({"q": answer}));
            }
            add(&mut all, region, counts[4], &json!({}));
        }
        let release = round.release(1, &all, &[]);
        let question = result(&release, "q");
        let n = |at: usize| regions[at].iter().sum::<u32>();
        let totals = counts_or_none(&question.totals);
        // What is possible as far as the totals tell, and as far as everything tells.
        let widths = |with_regions: bool| {
            let fits = |at: usize, values: &[u32; 4]| {
                let shown = question.by_region.table().filter(|_| with_regions);
                let row = shown.and_then(|table| table.row(REGIONS[at].0));
                row.is_none_or(|row| {
                    row.cells.iter().zip(values).all(|(cell, value)| cell.count.is_none_or(|shown| shown == *value))
                })
            };
            let possible = |at: usize| several(n(at)).into_iter().filter(|values| fits(at, values)).collect::<Vec<_>>();
            let others: BTreeSet<[u32; 4]> = possible(1).into_iter().collect();
            let mut seen: Vec<Vec<BTreeSet<u32>>> = vec![vec![BTreeSet::new(); 4]; 2];
            for one in possible(0) {
                for other in &others {
                    let fits = |column: usize| totals[column].is_none_or(|total| total == one[column] + other[column]);
                    if (0..totals.len()).all(fits) {
                        for column in 0..4 {
                            seen[0][column].insert(one[column]);
                            seen[1][column].insert(other[column]);
                        }
                    }
                }
            }
            let width = |values: &BTreeSet<u32>| values.last().zip(values.first()).map_or(0, |(last, first)| last - first);
            seen.iter().map(|region| region.iter().map(width).collect::<Vec<u32>>()).collect::<Vec<_>>()
        };
        let (attainable, left) = (widths(false), widths(true));
        for (at, counts) in regions.iter().enumerate() {
            let yes = [counts[0] + counts[2], counts[1] + counts[2]];
            for (column, yes) in yes.iter().enumerate() {
                if (1..k).contains(yes) || (1..k).contains(&(n(at) - yes)) && n(at) >= k {
                    let need = k.min(attainable[at][column]);
                    prop_assert!(left[at][column] >= need, "{at} {column} {left:?} {attainable:?} {release:?}");
                }
            }
        }
    }
}
