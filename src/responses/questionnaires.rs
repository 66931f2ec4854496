//! A cache of published questionnaires, which never change: each is parsed once, not for every write. The titles of
//! its sections are judged with it, so that no unit of work does that which posts a mail.

use std::sync::Arc;

use questionnaire::{Questionnaire, Section, Texts};
use quick_cache::sync::Cache;

use crate::db::{Conn, Id};
use crate::error::Error;
use crate::question_forms::Tongue;
use crate::surveys;

/// Most questionnaires in memory: rounds that are open at the same time, and the ones before.
const KEPT: usize = 16;

/// What mails call the sections of a questionnaire, in its order.
pub(super) struct SectionNames(Vec<SectionName>);

struct SectionName {
    code: String,
    /// Its titles without those that mails must not quote.
    titles: Texts,
    /// Its number, where nothing else names it.
    number: String,
}

impl SectionNames {
    fn of(questionnaire: &Questionnaire) -> Self {
        let name = |(index, section): (usize, &Section)| {
            let quoted =
                |(language, title): (&String, &String)| Some((language.clone(), surveys::quoted_title(title)?));
            let titles = section.title.iter().filter_map(quoted).collect();
            SectionName { code: section.code.clone(), titles, number: (index + 1).to_string() }
        };
        Self(questionnaire.sections.iter().enumerate().map(name).collect())
    }

    /// These sections in one line.
    pub(super) fn listed(&self, codes: &[String], tongue: &Tongue) -> String {
        let named = self.0.iter().filter(|section| codes.contains(&section.code));
        named.map(|section| tongue.said_or(&section.titles, &section.number).text).collect::<Vec<_>>().join(", ")
    }
}

/// A questionnaire that was parsed.
#[derive(Clone)]
struct Parsed {
    questionnaire: Arc<Questionnaire>,
    sections: Arc<SectionNames>,
}

/// Published questionnaires by survey and version. Cloning shares the cache.
#[derive(Clone)]
pub(super) struct Questionnaires(Arc<Cache<(Id, i32), Parsed>>);

impl Default for Questionnaires {
    fn default() -> Self {
        Self(Arc::new(Cache::new(KEPT)))
    }
}

impl Questionnaires {
    /// A published questionnaire.
    ///
    /// # Errors
    /// 404 where there is none.
    pub(super) fn get(&self, conn: &mut Conn, survey: Id, version: i32) -> Result<Arc<Questionnaire>, Error> {
        Ok(self.parsed(conn, survey, version)?.questionnaire)
    }

    /// What mails call its sections.
    ///
    /// # Errors
    /// As [`Self::get`].
    pub(super) fn sections(&self, conn: &mut Conn, survey: Id, version: i32) -> Result<Arc<SectionNames>, Error> {
        Ok(self.parsed(conn, survey, version)?.sections)
    }

    fn parsed(&self, conn: &mut Conn, survey: Id, version: i32) -> Result<Parsed, Error> {
        if let Some(known) = self.0.get(&(survey, version)) {
            return Ok(known);
        }
        let questionnaire = Arc::new(surveys::published(conn, survey, version)?.ok_or_else(Error::not_found)?);
        let parsed = Parsed { sections: Arc::new(SectionNames::of(&questionnaire)), questionnaire };
        self.0.insert((survey, version), parsed.clone());
        Ok(parsed)
    }
}
