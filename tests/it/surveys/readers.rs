//! What many readers of a large published questionnaire cost: it is written once in each form, and who has it already
//! costs nothing.

use std::sync::Barrier;

use portal::demo::client::Answer;
use serde_json::json;

use super::{SHIPPED, begin, make, publish, questionnaire};
use crate::support::browser::Browser;
use crate::support::{Expect as _, Person, TestApp, story};

/// All forms of the first version.
const FORMS: [&str; 7] =
    ["1", "1.json", "1.xlsx", "1/codebook.json", "1/codebook.csv?separator=comma", "1/codebook.xlsx", "1/codebook.xml"];

/// The questionnaire of 2024, published.
fn published(t: &TestApp) -> Person {
    let admin = t.admin();
    make(&admin, "scs", "member");
    begin(&admin, "scs", &serde_json::from_str(SHIPPED[0]).unwrap()).expect(201);
    publish(&admin, "scs", 1).expect(200);
    admin
}

#[story]
fn a05_who_has_a_published_questionnaire_already_costs_nothing(t: TestApp) {
    let admin = published(&t);
    let awa = t.ncp("SN");
    let mut marks = std::collections::BTreeSet::new();
    for form in FORMS {
        let path = format!("/surveys/scs/versions/{form}");
        let first = awa.get(&path);
        assert_eq!(first.status, 200, "{form}");
        let written = t.rendered("survey_version");
        let tag = first.header("etag").unwrap();
        assert!(marks.insert(tag.to_owned()), "{form}");
        let again = awa.with_header("if-none-match", tag).get(&path);
        assert_eq!((again.status, again.bytes.len()), (304, 0), "{form}");
        assert_eq!(admin.get(&path).bytes, first.bytes, "{form}");
        assert_eq!(t.rendered("survey_version"), written, "{form}: it is written once for all readers");
    }
    // A stranger learns nothing by naming a mark.
    let visitor = t.anonymous().with_header("if-none-match", marks.first().unwrap());
    assert_eq!(visitor.get("/surveys/scs/versions/1").unwrap().refused(401), "login_required");
}

#[story]
fn a05_simultaneous_readers_of_a_questionnaire_share_it(t: TestApp) {
    published(&t);
    let (awa, start) = (t.ncp("SN"), Barrier::new(20));
    let answers: Vec<Answer> = std::thread::scope(|scope| {
        let ask = || {
            start.wait();
            awa.get("/surveys/scs/versions/1.json")
        };
        let asking: Vec<_> = (0..20).map(|_| scope.spawn(ask)).collect();
        asking.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert!(answers.iter().all(|answer| answer.status == 200 && answer.bytes == answers[0].bytes));
    assert_eq!(t.rendered("survey_version"), 1);
}

#[story]
fn the_pages_of_a_published_questionnaire_read_it_once(t: TestApp) {
    published(&t);
    let awa = t.ncp("SN");
    let mut browser = Browser::of(&t, &awa);
    for path in ["", "/sections/1", "/sections/2", "/preview"] {
        assert_eq!(browser.open(&format!("/surveys/scs/versions/1{path}")).status, 200, "{path}");
    }
    assert_eq!(t.rendered("questionnaire"), 1);
}

#[story]
fn a_draft_is_read_as_it_is_now(t: TestApp) {
    let admin = t.admin();
    make(&admin, "scs", "member");
    begin(&admin, "scs", &questionnaire()).expect(201);
    let path = "/surveys/scs/versions/1";
    let first = admin.get(path);
    let tag = first.header("etag").unwrap();
    assert_eq!(admin.with_header("if-none-match", tag).get(path).status, 304);
    let mut changed = questionnaire();
    changed["title"]["en"] = json!("Survey of 2026");
    super::replace(&admin, "scs", 1, tag, &changed).expect(200);
    assert_eq!(admin.with_header("if-none-match", tag).get(path).expect(200)["questionnaire"], changed);
    let stored: serde_json::Value = serde_json::from_slice(&super::file(&admin, "scs", 1, "json")).unwrap();
    assert_eq!(stored, changed);
    assert_eq!(t.rendered("survey_version"), 0, "what may change is not kept");
}
