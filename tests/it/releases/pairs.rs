//! Two questions together, and questions that others decide on.

use serde_json::{Value, json};

use super::{Round, counts, form, open, opened, options, question, row, survey_of, table, text};
use crate::support::{Expect as _, TestApp, story};

/// Three options of each question, by how many chose both: all twelve of the first chose the same of the second.
const TOGETHER: [[usize; 3]; 3] = [[12, 0, 0], [6, 8, 7], [5, 6, 9]];

/// A round of a survey with these questions, and these pairs of them.
fn round_of(t: &TestApp, questions: &[Value], pairs: &Value) -> Round {
    let asked = json!({"languages": ["en", "fr"], "title": text("Survey", "Enquête"),
        "sections": [{"code": "all", "title": text("All", "Tout"), "items": questions}]});
    let titles = json!({"en": "Together", "fr": "Ensemble"});
    survey_of(t, &json!({"code": "together", "audience": "member", "titles": titles}), &asked);
    let mut form = form(t, "together");
    form["pairs"] = pairs.clone();
    opened(t, &form)
}

fn single(codes: &[&str]) -> Value {
    json!({"type": "single", "options": options(codes)})
}

fn everybody(round: &Round) -> impl Iterator<Item = &String> {
    round.members.values().flatten()
}

#[story]
fn a_pair_protects_those_of_an_option_whichever_question_comes_first(t: TestApp) {
    let three = single(&["o1", "o2", "o3"]);
    let questions = [question("a", "aggregate", &three), question("b", "aggregate", &three)];
    let round = round_of(&t, &questions, &json!([{"question": "b", "concept": "a"}]));
    let mut members = everybody(&round);
    for (first, of_first) in TOGETHER.iter().enumerate() {
        for (second, count) in of_first.iter().enumerate() {
            for member in members.by_ref().take(*count) {
                let answers = json!({"a": format!("o{}", first + 1), "b": format!("o{}", second + 1)});
                super::submit(&t, &round.id, member, &answers, false);
            }
        }
    }
    round.close(&t);
    let release = round.published(&t, &json!({"audience": "public"}));
    let pair = table(&t.admin(), &release, "question=b&by=a");
    // The first column: all who said o1 to the one question said o1 to the other.
    for key in ["o1", "o2", "o3"] {
        assert!(counts(row(&pair, key)).starts_with("x "), "{pair}");
    }
    assert_eq!(counts(row(&pair, "all")), "12 21 20 0");
}

#[story]
fn a_pair_is_declared_one_way_round(t: TestApp) {
    open(&t, "scs");
    let mut form = form(&t, "scs");
    form["pairs"] =
        json!([{"question": "maturity", "concept": "willing"}, {"question": "willing", "concept": "maturity"}]);
    let refused = t.admin().post("/rounds", &form);
    let fault = refused.json()["errors"][0].clone();
    assert_eq!((&fault["pointer"], &fault["code"]), (&json!("/pairs/1"), &json!("duplicate")));
    assert_eq!(refused.refused(422), "invalid");
}

#[story]
fn how_many_were_asked_is_told_where_one_shown_question_decides_it(t: TestApp) {
    let (yes_no, side) = (single(&["yes", "no"]), single(&["u", "v"]));
    let asked_if = |code: &str, rule: &str| {
        let mut question = question(code, "aggregate", &side);
        question["question"]["show_if"] = json!(rule);
        question
    };
    let questions = [
        question("a", "aggregate", &yes_no),
        question("b", "aggregate", &yes_no),
        question("breach", "secretariat", &yes_no),
        question("staff", "aggregate", &json!({"type": "integer", "least": 0})),
        asked_if("both", "${a} = 'yes' and ${b} = 'yes'"),
        asked_if("after", "${breach} = 'yes'"),
        asked_if("large", "${staff} >= 100"),
        asked_if("next", "${a} = 'yes'"),
    ];
    let round = round_of(&t, &questions, &json!([{"question": "a", "concept": "b"}]));
    let groups = [(12, "yes", "yes"), (1, "yes", "no"), (9, "no", "yes"), (11, "no", "no")];
    let mut members = everybody(&round);
    for (count, a, b) in groups {
        for (number, member) in members.by_ref().take(count).enumerate() {
            let breach = if number < 4 { "yes" } else { "no" };
            let side = if number % 2 == 0 { "u" } else { "v" };
            let mut answers = json!({"a": a, "b": b, "breach": breach, "staff": 95 + number});
            for (code, is_asked) in [
                ("both", a == "yes" && b == "yes"),
                ("after", breach == "yes"),
                ("large", number >= 5),
                ("next", a == "yes"),
            ] {
                if is_asked {
                    answers[code] = json!(side);
                }
            }
            super::submit(&t, &round.id, member, &answers, false);
        }
    }
    round.close(&t);
    let release = round.published(&t, &json!({"audience": "public"}));
    let admin = t.admin();
    assert_eq!(counts(row(&table(&admin, &release, "question=a"), "all")), "13 20 0");
    for code in ["both", "after", "large"] {
        for query in [format!("question={code}"), format!("question={code}&by=region")] {
            let table = table(&admin, &release, &query);
            assert_eq!((&table["withheld"], &table["rows"]), (&json!("routed"), &json!([])), "{query}");
        }
    }
    let next = table(&admin, &release, "question=next");
    assert_eq!((counts(row(&next, "all")), &row(&next, "all")["base"]), ("7 6 0".to_owned(), &json!(13)));
}
