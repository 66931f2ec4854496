//! Titles of sections, which mails quote, lead nowhere (number 15): they have no link, and one that was published by an
//! earlier version of the portal is left out.

use diesel::prelude::*;
use portal::db::schema::survey_version;
use serde_json::json;

use crate::responses::{account, begin, contributor, coordinator, question, round, text};
use crate::support::{Expect as _, TestApp, story};

const LINK: &str = "Log in at https://evil.example/x";

#[story]
fn a15_a_title_of_a_section_has_no_link(t: TestApp) {
    let admin = t.admin();
    let titles = json!({"en": "Smart customs", "fr": "Douane intelligente"});
    admin.post("/surveys", &json!({"code": "linked", "audience": "member", "titles": titles})).expect(201);
    let items = json!([question("one", false, &json!({"type": "text"}))]);
    let section = json!({"code": "tools", "title": {"en": LINK, "fr": "Outils"}, "items": items});
    let questionnaire = json!({"languages": ["en", "fr"], "title": text("Survey"), "sections": [section]});
    let draft = admin.post("/surveys/linked/versions", &json!({"questionnaire": questionnaire})).expect(201);
    let fault = &draft["faults"][0];
    assert_eq!((&fault["code"], &fault["place"]), (&json!("link_in_title"), &json!("/sections/0/title/en")), "{draft}");
    assert_eq!(admin.post("/surveys/linked/versions/1/publish", &json!({})).refused(422), "invalid");
}

#[story]
fn a15_a_title_with_a_link_is_left_out_of_mails(t: TestApp) {
    let (moussa, cora) = (coordinator(&t, "SN", "Moussa Ba"), contributor(&t, "SN", "Cora Sy"));
    let round = round(&t);
    // As an earlier version of the portal has published it.
    t.run(t.portal.db.write(|conn| {
        let stored: String = survey_version::table.select(survey_version::questionnaire).first(conn)?;
        let title = r#""title":{"en":"tools","fr":"tools"}"#;
        assert!(stored.contains(title), "{stored}");
        let linked = stored.replace(title, &format!(r#""title":{{"en":"{LINK}","fr":"{LINK}"}}"#));
        diesel::update(survey_version::table).set(survey_version::questionnaire.eq(linked)).execute(conn)?;
        Ok(())
    }))
    .unwrap();
    let response = begin(&moussa, &round);
    let whom = account(&cora);
    let assigned = json!({"data": [{"section": "tools", "person": whom}, {"section": "papers", "person": whom}]});
    moussa.with_header("if-match", "*").put(&format!("{response}/assignments"), &assigned).expect(200);
    let mail = t.mail_about(&cora.email, "Smart customs");
    let said = mail.text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("2, papers"), "by its number: {said}");
    assert!(![said, mail.html].iter().any(|text| text.contains("evil")), "no link of an author is in a mail");
}
