//! What the audit of a release finds: whatever is made passes it, and what shows more does not.

use std::collections::BTreeSet;

use proptest::prelude::{ProptestConfig, prop_assert, prop_assert_eq, proptest};
use serde_json::json;
use survey_results::{Bands, Contents, Outcome, Reason, Release, audit};

use super::support::{Round, choice, result, table};
use super::{CASES, REGIONS, add, none, one_question, single};

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

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, failure_persistence: None, ..ProptestConfig::default() })]

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
