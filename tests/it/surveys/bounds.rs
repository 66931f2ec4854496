//! How much there can be: surveys, versions, and bytes.

use std::collections::BTreeMap;

use diesel::prelude::*;
use portal::db::schema::{survey, survey_version, users};
use portal::db::{Conn, Document, Id};
use portal::http::file_limits::QUESTIONNAIRE;
use portal::i18n::Language;
use portal::surveys::{MAX_SURVEYS, MAX_VERSIONS, SurveyAudience, VersionState};
use serde_json::json;

use super::{JSON, XLSX, begin, form, import, make, questionnaire};
use crate::support::{Expect as _, TestApp, story};

/// The account of the administrator.
fn administrator(conn: &mut Conn, email: String) -> Result<Id, portal::error::Error> {
    Ok(users::table.filter(users::email_key.eq(email)).select(users::id).first(conn)?)
}

#[story]
fn there_are_so_many_surveys_and_no_more(t: TestApp) {
    let admin = t.admin();
    let (email, now, random) = (admin.email.clone(), t.clock.now(), portal::random::Random::seeded(1));
    let titles: BTreeMap<Language, String> = BTreeMap::from([(Language::En, "One of many".to_owned())]);
    t.run(t.portal.db.write(move |conn| {
        let by = administrator(conn, email)?;
        for number in 1..MAX_SURVEYS {
            diesel::insert_into(survey::table)
                .values((
                    survey::id.eq(Id::new(now, &random)),
                    survey::code.eq(format!("s{number}")),
                    survey::audience.eq(SurveyAudience::Member),
                    survey::titles.eq(Document(titles.clone())),
                    survey::created_at.eq(now),
                    survey::created_by.eq(by),
                ))
                .execute(conn)?;
        }
        Ok(())
    }))
    .unwrap();
    make(&admin, "last", "member");
    assert_eq!(admin.post("/surveys", &form("more", "member")).refused(409), "too_many_surveys");
    assert_eq!(admin.get("/surveys").expect(200)["data"].as_array().unwrap().len(), MAX_SURVEYS);
}

#[story]
fn a_survey_has_so_many_versions_and_no_more(t: TestApp) {
    let admin = t.admin();
    make(&admin, "scs", "member");
    let (email, now) = (admin.email.clone(), t.clock.now());
    t.run(t.portal.db.write(move |conn| {
        let by = administrator(conn, email)?;
        let of: Id = survey::table.filter(survey::code.eq("scs")).select(survey::id).first(conn)?;
        for number in 1..=MAX_VERSIONS {
            diesel::insert_into(survey_version::table)
                .values((
                    survey_version::survey_id.eq(of),
                    survey_version::number.eq(number),
                    survey_version::state.eq(VersionState::Published),
                    survey_version::questionnaire.eq("{}"),
                    survey_version::sha256.eq("0"),
                    survey_version::created_at.eq(now),
                    survey_version::updated_at.eq(now),
                    survey_version::updated_by.eq(by),
                ))
                .execute(conn)?;
        }
        Ok(())
    }))
    .unwrap();
    assert_eq!(begin(&admin, "scs", &questionnaire()).refused(409), "too_many_versions");
    assert_eq!(admin.get("/surveys/scs/versions").expect(200)["data"].as_array().unwrap().len(), 100);
}

#[story]
fn a_questionnaire_has_a_megabyte_at_most_and_a_file_two(t: TestApp) {
    let admin = t.admin();
    make(&admin, "scs", "member");
    let mut large = questionnaire();
    large["title"]["en"] = json!("x".repeat(100_000));
    let draft = begin(&admin, "scs", &large).expect(201);
    assert_eq!(draft["faults"][0]["code"], "text_too_long", "more than usual bodies have, and kept with its fault");
    large["title"]["en"] = json!("x".repeat(QUESTIONNAIRE));
    assert_eq!(begin(&admin, "scs", &large).refused(413), "too_large");
    assert_eq!(import(&admin, "scs", JSON, large.to_string().as_bytes()).refused(413), "too_large");
    assert_eq!(import(&admin, "scs", XLSX, &vec![0; 2_097_153]).refused(413), "too_large");
}
