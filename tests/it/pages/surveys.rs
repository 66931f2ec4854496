//! Pages of surveys: a survey is made, a file is read and becomes the draft, a draft is published, and people read what
//! is published.

use serde_json::json;

use crate::support::browser::Browser;
use crate::support::{Expect as _, Person, TestApp, story};

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const JSON: &str = "application/json";
/// The questionnaire that comes with the portal.
const SHIPPED: &[u8] = include_bytes!("../../../crates/questionnaire/data/smart-customs-2024.json");
/// A rule on a later question, a text that lacks French, a fault of the whole.
const FAULTY: &str = r#"{"languages": ["en", "fr"], "title": {"en": "Survey"}, "sections": [
    {"code": "basics", "title": {"en": "Basics", "fr": "Bases"}, "items": [
        {"question": {"code": "staff", "label": {"en": "Staff", "fr": "Personnel"}, "show_if": "${strategy} = 'yes'",
            "answer": {"type": "integer"}}},
        {"group": {"code": "more", "title": {"en": "More", "fr": "Encore"}, "items": [
            {"question": {"code": "strategy", "label": {"en": "Strategy?"}, "answer": {"type": "single",
                "options": [{"code": "yes", "label": {"en": "Yes", "fr": "Oui"}}]}}}]}}]}]}"#;

fn make(admin: &Person, code: &str) {
    let titles = json!({"en": "Smart customs", "fr": "Douane intelligente"});
    admin.post("/surveys", &json!({"code": code, "audience": "member", "titles": titles})).expect(201);
}

/// The name, media type and content of a file as a browser sends it.
fn file(content: &[u8]) -> (&str, &str, &[u8]) {
    ("questionnaire.json", JSON, content)
}

#[story]
fn a_survey_is_made_gets_its_questionnaire_and_is_published(t: TestApp) {
    let mut browser = Browser::of(&t, &t.admin());
    let list = browser.open("/surveys");
    assert!(list.has("There is no survey yet"), "{}", list.text());
    let form = browser.click(&list, "New survey");
    let refused = browser.submit(&form, "Create the survey", &[("survey", "a code"), ("titles-fr", "Douane")]);
    assert_eq!(refused.status, 422);
    assert_eq!(refused.error("audience"), "This field is required.", "{}", refused.text());
    let fields = [("survey", "a code"), ("audience", "member"), ("titles-fr", "Douane")];
    let refused = browser.submit(&refused, "Create the survey", &fields);
    assert!(!refused.error("survey").is_empty() && !refused.error("titles-en").is_empty(), "{}", refused.text());
    let fields = [("survey", "SCS"), ("titles-en", "Smart customs")];
    let survey = browser.submit(&refused, "Create the survey", &fields);
    assert_eq!(survey.path, "/surveys/scs");
    assert!(survey.has("The survey is created") && survey.has("There is no version yet"), "{}", survey.text());

    let form = browser.click(&survey, "Import a questionnaire");
    let refused = browser.submit_file(&form, "Check the file", &[], None);
    assert_eq!((refused.status, refused.error("file").as_str()), (422, "This field is required."));
    let refused = browser.submit_file(&form, "Check the file", &[], Some(file(b"no workbook")));
    assert!(refused.error("file").contains("of no kind that is accepted here"), "{}", refused.text());
    let refused = browser.submit_file(&form, "Check the file", &[], Some(file(b"{\"languages\": 3}")));
    assert!(matches!(refused.status, 400 | 422) && refused.shows(".note.error"), "{}", refused.text());
    let plan = browser.submit_file(&form, "Check the file", &[], Some(file(SHIPPED)));
    assert!(plan.path.starts_with("/surveys/scs/imports/"), "{}", plan.text());
    assert!(plan.has("The file has no faults") && plan.has("There are no faults."), "{}", plan.text());
    assert!(!browser.open("/surveys/scs").has("Version 1"), "nothing is stored yet");

    let ask = browser.click(&plan, "Save as draft");
    let version = browser.submit(&ask, "Save as draft", &[]);
    assert_eq!(version.path, "/surveys/scs/versions/1");
    assert!(version.has("The questionnaire is saved as the draft") && version.has("IT strategy and maturity"));
    let again = browser.submit(&ask, "Save as draft", &[]);
    assert_eq!(again.path, "/surveys/scs/versions/1", "sent twice, it is carried out once");
    assert_eq!(browser.open(&plan.path).status, 410, "the plan is spent");

    let ask = browser.click(&version, "Publish the version");
    assert!(ask.has("can never be changed or withdrawn"), "{}", ask.text());
    let published = browser.submit(&ask, "Publish the version", &[]);
    assert!(published.has("Version 1 is published") && published.has("Fingerprint (SHA-256)"), "{}", published.text());
    let late = browser.submit(&ask, "Publish the version", &[]);
    assert!(late.has("This version is already published"), "{}", late.text());
    for name in [
        "Download as JSON",
        "Download as a workbook (XLSForm)",
        "Codebook as a workbook",
        "Codebook as a table (CSV)",
        "Codebook for archives (DDI)",
        "Codebook as JSON",
    ] {
        assert_eq!(browser.send("GET", &published.link(name), None).status, 200, "{name}");
    }
}

#[story]
fn the_faults_of_a_draft_stand_beside_their_places(t: TestApp) {
    let admin = t.admin();
    make(&admin, "scs");
    let mut browser = Browser::of(&t, &admin);
    let form = browser.open("/surveys/scs/import");
    let plan = browser.submit_file(&form, "Check the file", &[], Some(file(FAULTY.as_bytes())));
    assert!(plan.has("Basics › Staff › shown if") && plan.has("Basics › More › Strategy? › text"), "{}", plan.text());
    let ask = browser.click(&plan, "Save as draft");
    let refused = browser.submit(&ask, "Save as draft", &[]);
    assert_eq!(refused.status, 422);
    assert!(!refused.error("with_faults").is_empty(), "{}", refused.text());
    let version = browser.submit(&refused, "Save as draft", &[("with_faults", "true")]);
    assert!(version.has("Faults") && version.has("The text is missing in this language."), "{}", version.text());
    assert!(!version.has("Codebook"), "there is none as long as there are faults");
    let section = browser.click(&version, "Basics › More › Strategy? › text");
    assert!(section.shows("#item-2-1 .note.error") && section.shows("#item-1 .note.error"), "{}", section.html);
    assert!(!section.shows("#item-2 > .note.error"), "the group itself is right");
    let french = browser.click(&section, "French");
    assert!(french.has("Personnel") && french.has("Bases"), "{}", french.text());
    let publish = browser.open("/surveys/scs/versions/1/publish");
    assert!(publish.has("It can be published once they are corrected") && !publish.shows("main button"));

    // A better file replaces the draft, if that is asked for.
    let form = browser.open("/surveys/scs/import");
    let plan = browser.submit_file(&form, "Check the file", &[], Some(file(SHIPPED)));
    let ask = browser.click(&plan, "Save as draft");
    let refused = browser.submit(&ask, "Save as draft", &[]);
    assert_eq!(refused.status, 409, "{}", refused.text());
    let version = browser.submit(&refused, "Save as draft", &[("replace", "true")]);
    assert!(version.path == "/surveys/scs/versions/1" && !version.has("The text is missing"), "{}", version.text());
}

#[story]
fn a_workbook_is_read_with_the_sheet_row_and_column_of_each_fault(t: TestApp) {
    let admin = t.admin();
    make(&admin, "scs");
    let questionnaire: serde_json::Value = serde_json::from_slice(SHIPPED).unwrap();
    admin.post("/surveys/scs/versions", &json!({"questionnaire": questionnaire})).expect(201);
    let workbook = admin.get("/surveys/scs/versions/1.xlsx").bytes;
    let mut browser = Browser::of(&t, &admin);
    let form = browser.open("/surveys/scs/import");
    let plan = browser.submit_file(&form, "Check the file", &[], Some(("form.xlsx", XLSX, &workbook)));
    assert!(plan.has("The file has no faults"), "what is exported is imported: {}", plan.text());
    let broken = browser.submit_file(&form, "Check the file", &[], Some(("form.xlsx", XLSX, b"PK\x03\x04 none")));
    assert_eq!(broken.status, 422);
    assert!(!broken.error("file").is_empty(), "{}", broken.text());
}

#[story]
fn a_draft_that_somebody_else_changed_is_not_published_unseen(t: TestApp) {
    let admin = t.admin();
    make(&admin, "scs");
    let mut questionnaire: serde_json::Value = serde_json::from_slice(SHIPPED).unwrap();
    let made = admin.post("/surveys/scs/versions", &json!({"questionnaire": questionnaire}));
    assert_eq!(made.status, 201);
    let mut browser = Browser::of(&t, &admin);
    let ask = browser.open("/surveys/scs/versions/1/publish");
    questionnaire["title"]["en"] = json!("Another title");
    let tag = admin.get("/surveys/scs/versions/1").header("etag").unwrap().to_owned();
    admin
        .with_header("if-match", &tag)
        .put("/surveys/scs/versions/1", &json!({"questionnaire": questionnaire}))
        .expect(200);
    let late = browser.submit(&ask, "Publish the version", &[]);
    assert_eq!(late.status, 412, "{}", late.text());
    let published = browser.submit(&late, "Publish the version", &[]);
    assert!(published.has("Version 1 is published"), "{}", published.text());
}

#[story]
fn who_alters_the_options_of_a_question_is_told_that_its_figures_cannot_be_compared(t: TestApp) {
    let admin = t.admin();
    make(&admin, "scs");
    let mut questionnaire: serde_json::Value = serde_json::from_slice(SHIPPED).unwrap();
    admin.post("/surveys/scs/versions", &json!({"questionnaire": questionnaire})).expect(201);
    admin.post("/surveys/scs/versions/1/publish", &json!({})).expect(200);
    questionnaire["title"]["en"] = json!("Another title");
    admin.post("/surveys/scs/versions", &json!({"questionnaire": questionnaire})).expect(201);
    let mut browser = Browser::of(&t, &admin);
    let told = "The figures of both versions cannot be compared";
    let same = browser.open("/surveys/scs/versions/2");
    assert!(same.has("Another title") && !same.has(told), "{}", same.text());
    let options = options_of(&mut questionnaire, "it_strategy").expect("the question");
    options.push(json!({"code": "perhaps", "label": {"en": "Perhaps", "fr": "Peut-être"}}));
    let tag = admin.get("/surveys/scs/versions/2").header("etag").unwrap().to_owned();
    let other = json!({"questionnaire": questionnaire});
    admin.with_header("if-match", &tag).put("/surveys/scs/versions/2", &other).expect(200);
    let other = browser.open("/surveys/scs/versions/2");
    assert!(other.has(told) && other.has("IT strategy"), "{}", other.text());
    assert!(!Browser::of(&t, &t.ncp("SN")).open("/surveys/scs/versions/1").has(told), "the first has none before");
}

/// The options of a question, wherever it stands.
fn options_of<'q>(value: &'q mut serde_json::Value, code: &str) -> Option<&'q mut Vec<serde_json::Value>> {
    match value {
        serde_json::Value::Object(members) => {
            if members.get("code").is_some_and(|known| known == code) && members.contains_key("answer") {
                return members.get_mut("answer")?["options"].as_array_mut();
            }
            members.values_mut().find_map(|member| options_of(member, code))
        }
        serde_json::Value::Array(members) => members.iter_mut().find_map(|member| options_of(member, code)),
        _ => None,
    }
}

#[story]
fn everybody_reads_what_is_published_and_in_french(t: TestApp) {
    let admin = t.admin();
    make(&admin, "scs");
    make(&admin, "unready");
    let questionnaire: serde_json::Value = serde_json::from_slice(SHIPPED).unwrap();
    for code in ["scs", "unready"] {
        admin.post(&format!("/surveys/{code}/versions"), &json!({"questionnaire": questionnaire})).expect(201);
    }
    admin.post("/surveys/scs/versions/1/publish", &json!({})).expect(200);
    let mut awa = Browser::of(&t, &t.ncp("SN")).in_french();
    let list = awa.open("/surveys");
    assert!(list.has("Douane intelligente") && !list.has("unready"), "{}", list.text());
    assert!(!list.has("scs"), "codes are for those who write: {}", list.text());
    assert!(!list.has("Nouvelle enquête"), "she writes none");
    let survey = awa.click(&list, "Douane intelligente");
    let version = awa.click(&survey, "Version\u{a0}1");
    assert!(version.has("Publiée") && !version.has("Publier la version"), "{}", version.text());
    let section = awa.click(&version, "Stratégie informatique et maturité");
    assert!(section.has("Votre administration dispose-t-elle d’une stratégie informatique"), "{}", section.text());
    assert!(section.has("in_preparation") && section.has("Une option"), "{}", section.text());
    let next = awa.click(&section, "Rubrique suivante");
    assert!(next.path.starts_with("/surveys/scs/versions/1/sections/3"), "{}", next.path);
    for address in ["/surveys/unready", "/surveys/unready/versions/1", "/surveys/scs/versions/1/sections/99"] {
        assert_eq!(awa.open(address).status, 404, "{address}");
    }
    assert_eq!(awa.open("/surveys/scs/import").status, 403);
}

#[story]
fn a_version_is_seen_as_its_respondents_see_it_and_nothing_is_stored(t: TestApp) {
    let admin = t.admin();
    make(&admin, "scs");
    let questionnaire: serde_json::Value = serde_json::from_slice(SHIPPED).unwrap();
    admin.post("/surveys/scs/versions", &json!({"questionnaire": questionnaire})).expect(201);
    let mut browser = Browser::of(&t, &admin);
    let version = browser.open("/surveys/scs/versions/1");
    let first = browser.click(&version, "Preview as a respondent");
    assert!(first.has("Section 1 of") && first.has("Which unit prepared the answers?"), "{}", first.text());
    let second = browser.submit(&first, "Next section", &[("q:unit", "Innovation")]);
    assert!(second.has("Section 2 of"), "{}", second.text());
    // A question under a rule comes with the answer that asks for it.
    assert!(second.shows("[data-part=strategy_year][hidden]"), "{}", second.html);
    let asked = browser.submit(&second, "Show what follows from these answers", &[("q:it_strategy", "yes")]);
    assert!(!asked.shows("[data-part=strategy_year][hidden]"), "{}", asked.html);
    let back = browser.submit(&asked, "Section before", &[]);
    assert_eq!(back.value("q:unit"), "Innovation");
    assert_eq!(browser.open("/surveys/scs/versions/1/preview").value("q:unit"), "");
}
