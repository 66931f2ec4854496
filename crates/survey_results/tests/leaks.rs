//! The ways in which a release could tell what it hides, each closed.

#![expect(clippy::expect_used, reason = "a test may fail")]

mod support;

use std::collections::BTreeSet;

use proptest::prelude::{Just, ProptestConfig, Strategy, prop_assert, prop_assert_eq, proptest};
use serde_json::{Value, json};
use support::{Respondent, Round, choice, counts, picture, respondent, result, table};
use survey_results::{ALL, Bands, Contents, Outcome, Reason, Release, audit, lacking};

const REGIONS: [(&str, u32); 3] = [("A", 60), ("B", 60), ("C", 60)];

fn none() -> Value {
    json!({})
}

/// So many respondents in a region, with these answers.
fn add(all: &mut Vec<Respondent>, region: &str, count: u32, answers: &Value) {
    for _ in 0..count {
        let name = u32::try_from(all.len()).unwrap_or_default();
        all.push(respondent(name, region, answers));
    }
}

/// One question with single answers, by region and option.
fn single(table: &[[u32; 3]]) -> Vec<Respondent> {
    let mut all = Vec::new();
    for ((region, _), row) in REGIONS.iter().zip(table) {
        for (option, count) in ["a", "b", "c"].iter().zip(row) {
            add(&mut all, region, *count, &json!({"q": option}));
        }
    }
    all
}

fn one_question() -> Round {
    Round::new(&json!([choice("q", "single", &["a", "b", "c"], &none())]), &REGIONS, &[], &Bands::new())
}

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
fn answers_that_members_know_by_name_do_not_leave_the_others_alone() {
    let questions = json!([choice("q", "single", &["a", "b", "c"], &json!({"sensitivity": "community"}))]);
    let round = Round::new(&questions, &REGIONS, &[], &Bands::new());
    let mut all = single(&[[9, 6, 5], [9, 9, 9], [9, 9, 9]]);
    let release = round.release(1, &all, &[]);
    assert_eq!(picture(&result(&release, "q").by_region, "A"), "9 6 5 0");
    // 8, 5 and 3 of region A agree to be named: 1, 1 and 2 are left.
    let count = round.count(&all);
    assert!(lacking(&release, &round.plan, &count).is_empty());
    let mut left = [("a", 1), ("b", 1), ("c", 2)];
    for known in all.iter_mut().filter(|known| known.region == "A") {
        let own = left.iter_mut().find(|(option, _)| known.answers["q"] == *option).unwrap();
        if own.1 > 0 {
            own.1 -= 1;
        } else {
            known.named = BTreeSet::from(["q".to_owned()]);
        }
    }
    let found = lacking(&release, &round.plan, &round.count(&all));
    assert!(found.iter().any(|table| table.is_interior), "the standing release would not protect them any more");
    let after = round.release(1, &all, &[]);
    assert!(counts(&result(&after, "q").by_region, "A").iter().take(3).all(Option::is_none));
}

#[test]
fn a_named_answer_to_a_routed_question_tells_the_one_before() {
    let questions = json!([
        choice("first", "single", &["yes", "no"], &none()),
        choice("next", "single", &["a", "b"], &json!({"show_if": "${first} = 'yes'", "sensitivity": "community"})),
    ]);
    let round = Round::new(&questions, &REGIONS, &[], &Bands::new());
    let mut all = Vec::new();
    for (region, _) in REGIONS {
        add(&mut all, region, 10, &json!({"first": "yes", "next": "a"}));
        add(&mut all, region, 10, &json!({"first": "no"}));
    }
    for known in all.iter_mut().filter(|known| known.region == "A" && known.name < 8) {
        known.named = BTreeSet::from(["next".to_owned()]);
    }
    let release = round.release(1, &all, &[]);
    let first = result(&release, "first");
    assert_eq!(picture(&first.by_region, "A"), "x x 0", "two of those who said yes are not known");
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

#[test]
fn v13_a_release_with_one_late_answer_repeats_the_earlier_one() {
    let round = one_question();
    let before = single(&[[6, 7, 5], [8, 8, 8], [9, 9, 9]]);
    let mut now = before.clone();
    add(&mut now, "A", 1, &json!({"q": "b"}));
    let first = round.release(1, &before, &[]);
    let second = round.release(2, &now, &[round.earlier(first.clone(), &before, &now)]);
    assert_eq!(second.questions, first.questions);
    assert_eq!((second.n.all, table(&result(&second, "q").totals).number), (70, 1));
}

#[test]
fn a_later_release_hides_what_the_earlier_one_did() {
    let round = one_question();
    let before = single(&[[2, 9, 8], [9, 9, 9], [9, 9, 9]]);
    let mut now = before.clone();
    for (region, _) in REGIONS {
        for option in ["a", "b"] {
            add(&mut now, region, 8, &json!({"q": option}));
        }
    }
    let first = round.release(1, &before, &[]);
    let second = round.release(2, &now, &[round.earlier(first.clone(), &before, &now)]);
    let (first, after) = (result(&first, "q"), result(&second, "q"));
    assert_eq!(table(&after.by_region).number, 2);
    for key in ["A", "B", "C", ALL] {
        let hidden = |outcome| counts(outcome, key).iter().map(Option::is_none).collect::<Vec<_>>();
        assert_eq!(hidden(&first.by_region), hidden(&after.by_region));
    }
    // Region A has four late ones only: its table stays as it was, the totals are new.
    let mut few = before.clone();
    add(&mut few, "A", 4, &json!({"q": "a"}));
    add(&mut few, "B", 6, &json!({"q": "a"}));
    add(&mut few, "C", 6, &json!({"q": "b"}));
    let third = round.release(2, &few, &[round.earlier(round.release(1, &before, &[]), &before, &few)]);
    let third = result(&third, "q");
    assert_eq!((table(&third.totals).number, table(&third.by_region).number), (2, 1));
}

#[test]
fn a_release_that_shows_more_than_it_may_does_not_pass_its_audit() {
    let round = one_question();
    let all = single(&[[2, 9, 8], [7, 9, 6], [6, 12, 8]]);
    let count = round.count(&all);
    let made = round.release(1, &all, &[]);
    let hidden = |release: &Release| {
        let table = table(&result(release, "q").by_region).clone();
        table.rows.iter().flat_map(|row| &row.cells).filter(|cell| cell.count.is_none()).count()
    };
    assert!(hidden(&made) > 0);
    let mut json = serde_json::to_value(&made).unwrap();
    let shown = &mut json["questions"][0]["by_region"]["served"]["rows"][0]["cells"][0]["count"];
    assert!(shown.is_null());
    *shown = json!(2);
    let found = audit(&serde_json::to_vec(&json).unwrap(), &round.plan, &count).unwrap_err();
    assert!(found[0].is_interior && found[0].question == "q");
    json["questions"][0]["by_region"]["served"]["rows"][0]["cells"][0]["count"] = json!(null);
    json["questions"][0]["totals"]["served"]["rows"][0]["cells"][0]["count"] = json!(16);
    assert!(audit(&serde_json::to_vec(&json).unwrap(), &round.plan, &count).is_err(), "a wrong figure");
    assert!(audit(b"{}", &round.plan, &count).is_err());
}

#[test]
fn rates_alone_have_no_figures() {
    let round = one_question();
    let all = single(&[[9, 9, 8], [7, 9, 6], [6, 12, 8]]);
    let release = round.release_of(1, &all, &[], Contents::Rates);
    assert_eq!(release.n.all, 74);
    assert!(release.questions.iter().all(|question| question.totals == Outcome::Withheld(Reason::Contents)));
    let totals = round.release_of(1, &all, &[], Contents::Totals);
    assert!(totals.questions[0].totals.table().is_some());
    assert_eq!(totals.questions[0].by_region, Outcome::Withheld(Reason::Contents));
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

/// How many each property tries.
const CASES: u32 = 60;

/// A region of a routed question: yes, of these a, and no.
fn routed() -> impl Strategy<Value = (u32, u32, u32)> {
    (0_u32..12, 0_u32..8).prop_flat_map(|(yes, no)| (Just(yes), 0..=yes, Just(no)))
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

    /// Everything that fits two releases is tried: late answers do not follow from them, and small counts are as wide as before.
    #[test]
    fn nobody_computes_late_answers_from_two_releases(
        before in proptest::collection::vec((0_u32..10, 0_u32..10), 2..=2),
        late in proptest::collection::vec((0_u32..9, 0_u32..9), 2..=2),
        k in 3_u32..=4,
    ) {
        let mut round = Round::new(&json!([choice("q", "single", &["yes", "no"], &none())]), &REGIONS[..2], &[], &Bands::new());
        round.k = k;
        let mut first = Vec::new();
        let by_region = |all: &mut Vec<Respondent>, counts: &[(u32, u32)]| {
            for ((region, _), (yes, no)) in REGIONS.iter().zip(counts) {
                add(all, region, *yes, &json!({"q": "yes"}));
                add(all, region, *no, &json!({"q": "no"}));
            }
        };
        by_region(&mut first, &before);
        let mut second = first.clone();
        by_region(&mut second, &late);
        let earlier = round.release(1, &first, &[]);
        let later = round.release(2, &second, &[round.earlier(earlier.clone(), &first, &second)]);
        let sizes = |counts: &[(u32, u32)]| counts.iter().map(|(yes, no)| yes + no).collect::<Vec<u32>>();
        let (sizes, moved) = (sizes(&before), sizes(&late));
        let possible = |at: usize| (0..=sizes[at]).flat_map({
            let moved = moved[at];
            move |yes| (0..=moved).map(move |late| (yes, late))
        }).collect::<Vec<Possible>>();
        let mut seen = vec![BTreeSet::new(); 2];
        for one in possible(0) {
            for other in possible(1) {
                if [&earlier, &later].iter().all(|release| fits_release(release, &sizes, &moved, [one, other])) {
                    seen[0].insert(one.1);
                    seen[1].insert(other.1);
                }
            }
        }
        for (values, (yes, no)) in seen.iter().zip(&late) {
            prop_assert!(values.contains(yes));
            let is_small = |count: u32| (1..k).contains(&count);
            if is_small(*yes) || is_small(*no) {
                prop_assert!(values.len() > 1, "{values:?} {earlier:?} {later:?}");
            }
        }
    }

    /// Releases of any answers pass their audit, show no small count, and add up.
    #[test]
    fn any_release_passes_its_audit(
        answers in proptest::collection::vec((0_usize..3, 0_usize..4, 0_u32..16, 0_u32..3), 0..90),
        k in 3_u32..=10,
    ) {
        let questions = json!([
            choice("q", "single", &["a", "b", "c"], &json!({"concept": "one", "sensitivity": "community"})),
            choice("m", "multiple", &["a", "b", "none!"], &none()),
            choice("s", "scale", &["a", "b", "c"], &json!({"concept": "two", "show_if": "selected(${m}, 'a')"})),
            choice("t", "single", &["a", "b", "c"], &json!({"concept": "three", "show_if": "${q} != 'a'"})),
            choice("u", "scale", &["a", "b", "c"], &json!({"concept": "four"})),
        ]);
        let mut round = Round::new(&questions, &REGIONS, &[("u", "one"), ("t", "four")], &Bands::new());
        round.k = k;
        let mut all = Vec::new();
        for (region, option, bits, named) in answers {
            let code = ["a", "b", "c"].get(option).copied();
            let chosen = match bits {
                12.. => vec!["none"],
                _ => [(1, "a"), (2, "b")].iter().filter(|(bit, _)| bits & bit > 0).map(|(_, code)| *code).collect(),
            };
            let mut given = json!({"m": chosen});
            if let Some(code) = code {
                for question in ["q", "s", "t", "u"] {
                    given[question] = json!(code);
                }
            }
            add(&mut all, REGIONS[region].0, 1, &given);
            if named == 0 {
                all.last_mut().unwrap().named = BTreeSet::from(["q".to_owned()]);
            }
        }
        let release = round.release(1, &all, &[]);
        prop_assert_eq!(release.n.all, u32::try_from(all.len()).unwrap());
        let tables = release.questions.iter().flat_map(|question| [&question.totals, &question.by_region]);
        for table in tables.chain(release.pairs.iter().map(|pair| &pair.table)).filter_map(Outcome::table) {
            for row in &table.rows {
                prop_assert!(row.cells.iter().all(|cell| cell.count.is_none_or(|count| count == 0 || count >= k)));
            }
        }
    }
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

/// Whether values of both regions, those of the first release and the late ones, fit what a release shows.
fn fits_release(release: &Release, sizes: &[u32], moved: &[u32], values: [Possible; 2]) -> bool {
    let question = result(release, "q");
    [&question.totals, &question.by_region].into_iter().filter_map(Outcome::table).all(|table| {
        let of = |at: usize| {
            let (yes, late) = values[at];
            if table.number == 1 { [yes, sizes[at] - yes] } else { [yes + late, sizes[at] + moved[at] - yes - late] }
        };
        let all = [of(0)[0] + of(1)[0], of(0)[1] + of(1)[1]];
        table.rows.iter().all(|row| {
            let counts = match row.key.as_str() {
                "A" => of(0),
                "B" => of(1),
                _ => all,
            };
            row.cells.iter().zip(counts).all(|(cell, count)| cell.count.is_none_or(|shown| shown == count))
        })
    })
}

fn counts_or_none(outcome: &Outcome) -> Vec<Option<u32>> {
    outcome
        .table()
        .map_or(vec![None; 3], |table| table.row(ALL).expect("a row").cells.iter().map(|cell| cell.count).collect())
}
