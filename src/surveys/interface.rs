//! What other features read of surveys, within their own units of work.

use questionnaire::Questionnaire;

use super::rules::Reach;
use super::types::{SurveyFacts, SurveyRow, VersionRow};
use super::{store, stored};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::policy::Principal;

impl From<SurveyRow> for SurveyFacts {
    fn from(row: SurveyRow) -> Self {
        let SurveyRow { id, code, audience, titles, paired_with, .. } = row;
        Self { id, code, audience, titles: titles.0, paired_with }
    }
}

/// Those of these surveys that there are, unordered.
pub fn some(conn: &mut Conn, ids: &[Id]) -> Result<Vec<SurveyFacts>, Error> {
    Ok(store::some(conn, ids)?.into_iter().map(SurveyFacts::from).collect())
}

/// The survey with this code, in either case.
pub fn by_code(conn: &mut Conn, code: &str) -> Result<Option<SurveyFacts>, Error> {
    Ok(store::by_code(conn, &code.to_lowercase())?.map(SurveyFacts::from))
}

/// Whether a person sees a survey.
pub fn is_seen(conn: &mut Conn, reader: &Principal, survey: &SurveyFacts) -> Result<bool, Error> {
    let reach = Reach::of(reader);
    Ok(reach.sees(survey.audience) && (reach.drafts || store::is_published(conn, survey.id)?))
}

/// The survey with this id.
pub fn by_id(conn: &mut Conn, id: Id) -> Result<Option<SurveyFacts>, Error> {
    Ok(store::by_id(conn, id)?.map(SurveyFacts::from))
}

/// The questionnaire of a version; none where it is not published.
pub fn published(conn: &mut Conn, survey: Id, number: i32) -> Result<Option<Questionnaire>, Error> {
    published_text(conn, survey, number)?.map(|text| stored(&text)).transpose()
}

/// The same as the JSON that its hash names, to be read where no unit of work waits for it.
pub fn published_text(conn: &mut Conn, survey: Id, number: i32) -> Result<Option<String>, Error> {
    let row = store::version(conn, survey, number)?.filter(|row: &VersionRow| !row.is_draft());
    Ok(row.map(|row| row.questionnaire))
}

/// The SHA-256 of the questionnaire of a version, without parsing it; none where it is not published.
pub fn published_sha256(conn: &mut Conn, survey: Id, number: i32) -> Result<Option<String>, Error> {
    store::sha256(conn, survey, number)
}
