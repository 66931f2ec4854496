//! What follows from several releases of a round: late answers do not, and what was hidden stays hidden.

use std::collections::BTreeSet;

use proptest::prelude::{ProptestConfig, prop_assert, proptest};
use serde_json::json;
use survey_results::{ALL, Bands, Contents, Facts, Outcome, Release, release};

use super::support::{Respondent, Round, choice, counts, respondent, result, table};
use super::{CASES, REGIONS, add, none, one_question, single};

/// What one region can be: those of the first release who said yes, and the late ones who did.
type Possible = (u32, u32);

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
fn what_a_preview_has_told_stands_before_the_release_that_has_its_number() {
    let questions = json!([
        choice("q", "single", &["a", "b", "c"], &json!({"concept": "one"})),
        choice("r", "single", &["a", "b", "c"], &json!({"concept": "two"})),
    ]);
    let round = Round::new(&questions, &REGIONS, &[("q", "two")], &Bands::new());
    let mut before = single(&[[6, 7, 5], [8, 8, 8], [9, 9, 9]]);
    for (known, option) in before.iter_mut().zip(["a", "b", "c"].into_iter().cycle()) {
        known.answers.insert("r".to_owned(), json!(option));
    }
    let told = Facts { as_of: "2024-05-31T00:00:00Z".to_owned(), ..round.facts(1, Contents::Tables) };
    let preview = release(&round.plan, &told, &round.count(&before), &[]);
    assert!(preview.pairs[0].table.table().is_some());

    // Nobody has moved: the release tells the same, as its own.
    let alike = round.release(1, &before, &[round.earlier(preview.clone(), &before, &before)]);
    let outcomes = |release: &Release| {
        let all = release.questions.iter().flat_map(|question| [question.totals.clone(), question.by_region.clone()]);
        all.chain([release.pairs[0].table.clone()]).collect::<Vec<Outcome>>()
    };
    for (one, other) in outcomes(&preview).iter().zip(&outcomes(&alike)) {
        assert_eq!(table(one).rows, table(other).rows);
        assert_eq!(table(other).as_of, alike.as_of);
    }

    let mut now = before.clone();
    add(&mut now, "A", 1, &json!({"q": "b", "r": "a"}));
    let after = round.release(1, &now, &[round.earlier(preview.clone(), &before, &now)]);
    assert_eq!((after.n.all, outcomes(&after)), (70, outcomes(&preview)), "one answer is not told");
}

/// Everybody answers a question as the first one, `q`.
fn answer_alike(respondents: &mut [Respondent], code: &str) {
    for respondent in respondents {
        let answer = respondent.answers["q"].clone();
        respondent.answers.insert(code.to_owned(), answer);
    }
}

#[test]
fn a_release_does_not_tell_which_questions_one_respondent_answered_anew() {
    let questions = json!([
        choice("q", "single", &["a", "b", "c"], &json!({})),
        choice("r", "single", &["a", "b", "c"], &json!({})),
    ]);
    let round = Round::new(&questions, &REGIONS, &[], &Bands::new());
    let mut before = single(&[[6, 7, 5], [8, 8, 8], [9, 9, 9]]);
    answer_alike(&mut before, "r");
    let first = round.release(1, &before, &[]);
    let mut now = before.clone();
    now[0].answers.insert("q".to_owned(), json!("c"));
    let second = round.release(2, &now, &[round.earlier(first.clone(), &before, &now)]);
    for code in ["q", "r"] {
        assert_eq!(table(&result(&second, code).totals).number, 1, "{code} repeats the first release");
    }
}

#[test]
fn a_release_does_not_tell_what_those_said_who_left_and_those_who_came() {
    let round = one_question();
    let before = single(&[[9, 9, 9], [9, 9, 9], [9, 9, 9]]);
    let first = round.release(1, &before, &[]);
    let after = |gone: usize, came: u32| {
        let mut now = before.clone();
        let mut left = gone;
        now.retain(|known| {
            let is_gone = left > 0 && known.answers["q"] == "a";
            left -= usize::from(is_gone);
            !is_gone
        });
        // Names of their own.
        let late = (0..came).map(|number| respondent(1_000 + number, "B", &json!({"q": "b"})));
        now.extend(late);
        now
    };
    let renewed = |now: &[Respondent]| {
        let second = round.release(2, now, &[round.earlier(first.clone(), &before, now)]);
        table(&result(&second, "q").totals).number
    };
    assert_eq!(renewed(&after(5, 5)), 1, "five said a, and are gone; five came, and said b");
    // Three of a region change their answer.
    let mut changed = before.clone();
    for known in changed.iter_mut().filter(|known| known.answers["q"] == "a").take(5) {
        known.answers.insert("q".to_owned(), json!("b"));
    }
    assert_eq!(renewed(&changed), 1);
    // As many more answer anew and say the same: whose answer changed is not told.
    let mut anew = changed.clone();
    for known in anew.iter_mut().filter(|known| known.answers["q"] == "c").take(6) {
        known.answers.insert("r".to_owned(), json!("c"));
    }
    assert_eq!(renewed(&anew), 2);
}

#[test]
fn questions_that_a_constraint_binds_have_no_figures() {
    let bound = json!({"constraint": {"rule": ". = 'c' or ${q} = 'a'", "message": {"en": "No."}}});
    let questions = json!([
        choice("q", "single", &["a", "b", "c"], &json!({})),
        choice("r", "single", &["a", "b", "c"], &bound),
        choice("s", "single", &["a", "b", "c"], &json!({})),
    ]);
    let round = Round::new(&questions, &REGIONS, &[], &Bands::new());
    let mut respondents = single(&[[6, 7, 5], [8, 8, 8], [9, 9, 9]]);
    for code in ["r", "s"] {
        answer_alike(&mut respondents, code);
    }
    let release = round.release(1, &respondents, &[]);
    let has_figures = |code: &str| result(&release, code).totals.table().is_some();
    assert_eq!(["q", "r", "s"].map(has_figures), [false, false, true]);
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

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() })]

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
}
