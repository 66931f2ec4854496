//! Answers about releases are written: once each, beside the threads that serve requests.

use std::sync::{Arc, OnceLock};

use serde::Serialize;
use survey_results::Release;

use super::asked::{About, Asked, ReleaseForm};
use super::kept::Shown;
use super::told::{ResultTable, Results, ResultsQuery};
use super::types::ReleaseRow;
use super::view::{REGION, Teller, code_of};
use super::{Releases, files, making, series, store, teller};
use crate::db::{Conn, Id};
use crate::error::{Error, FieldError, OrInternal as _};
use crate::http::fixed::Fixed;
use crate::i18n::{Catalogue, Language};
use crate::policy::Principal;
use crate::rounds;
use crate::service::Service as _;
use crate::text;

/// The media type of answers for programs.
const JSON: &str = "application/json";

impl Releases {
    /// A release that the reader may see, in a form: what is known before anything is read or written for it.
    ///
    /// # Errors
    /// 404.
    pub async fn asked(&self, reader: Option<&Principal>, id: Id, form: ReleaseForm) -> Result<Asked, Error> {
        Asked::about(About::Release(self.row(reader, id).await?, form))
    }

    /// An answer, as it was written before or is written now. Of simultaneous requests one writes it.
    ///
    /// # Errors
    /// 404 where the release has no such table, or a chart would have too many options; 400 where it does not know the
    /// question; 503 where too many other answers are to be written.
    pub async fn answer(&self, asked: &Asked) -> Result<Fixed, Error> {
        let (releases, wanted) = (self.clone(), asked.clone());
        let written = Box::pin(async move { releases.written(wanted).await });
        self.kept.answers.get(asked.mark.as_bytes(), written).await
    }

    async fn written(&self, asked: Asked) -> Result<Fixed, Error> {
        self.metrics.rendered("release_answer");
        let (mark, catalogue) = (asked.mark, Arc::clone(&self.catalogue));
        match asked.about {
            About::Release(row, ReleaseForm::Stored) => {
                let artefact = self.read(move |conn| store::artefact(conn, row.id)).await?;
                self.heavy_work.beside(move || Fixed::marked(JSON, &mark, artefact.into_bytes())).await
            }
            About::Release(row, form) => {
                let shown = self.shown(&row).await?;
                self.heavy_work.beside(move || in_form(&catalogue, &shown, &mark, form)).await
            }
            About::Trend { survey, concept, releases, language } => {
                let mut shown = Vec::new();
                for row in &releases {
                    shown.push(self.shown(row).await?);
                }
                let write = move || as_json(&mark, &series::trend(&catalogue, &shown, survey, concept, language));
                self.heavy_work.beside(write).await
            }
            About::Comparison { release, other, language } => {
                let alike = self.alike(&release, &other).await?;
                let (own, others) = (self.shown(&release).await?, self.shown(&other).await?);
                let write = move || as_json(&mark, &series::compared(&catalogue, (&own, &others), &alike, language));
                self.heavy_work.beside(write).await
            }
        }
    }

    /// A release that the reader may see.
    ///
    /// # Errors
    /// 404.
    pub(super) async fn row(&self, reader: Option<&Principal>, id: Id) -> Result<Arc<ReleaseRow>, Error> {
        let row = match self.kept.row(id) {
            Some(row) => row,
            None => self.kept.keep(self.read(move |conn| store::find(conn, id)?.ok_or_else(Error::not_found)).await?),
        };
        if super::rules::is_read(row.audience, reader.is_some()) { Ok(row) } else { Err(Error::not_found()) }
    }

    /// What a release tells, with the texts of its questionnaire. The caller has judged who reads it.
    ///
    /// # Errors
    /// 503 where too many other releases are to be read.
    pub(super) async fn shown(&self, row: &Arc<ReleaseRow>) -> Result<Arc<Shown>, Error> {
        let (releases, wanted) = (self.clone(), Arc::clone(row));
        let load = Box::pin(async move { releases.load(wanted).await });
        self.kept.shown.get(row.id.to_string().as_bytes(), load).await
    }

    async fn load(&self, row: Arc<ReleaseRow>) -> Result<Arc<Shown>, Error> {
        self.metrics.rendered("release");
        let (id, round) = (row.id, row.round_id);
        let read = move |conn: &mut Conn| {
            let facts = rounds::facts(conn, round)?.ok_or_else(Error::not_found)?;
            Ok((facts.opens_at, rounds::questionnaire_text(conn, &facts)?, store::artefact(conn, id)?))
        };
        let (opens_at, questionnaire, artefact) = self.read(read).await?;
        let parse = move || {
            let bytes = questionnaire.len() + artefact.len();
            let (release, questionnaire) = (making::read(&artefact)?, making::read_questionnaire(&questionnaire)?);
            Ok(Arc::new(Shown { row, opens_at, release, questionnaire, bytes, named: OnceLock::new() }))
        };
        self.heavy_work.beside(parse).await
    }
}

fn as_json<T: Serialize>(mark: &str, value: &T) -> Result<Fixed, Error> {
    Fixed::marked(JSON, mark, serde_json::to_vec(value).or_internal()?)
}

/// A release in a form other than the stored one.
fn in_form(catalogue: &Catalogue, shown: &Shown, mark: &str, form: ReleaseForm) -> Result<Fixed, Error> {
    match form {
        ReleaseForm::Stored => Err(Error::internal("stored releases are not written")),
        ReleaseForm::Tables(query, language) => as_json(mark, &results(catalogue, shown, &query, language)?),
        ReleaseForm::File(format, language) => files::file(catalogue, shown, mark, format, language),
        ReleaseForm::Chart(question, of, language) => {
            files::chart_of(catalogue, shown, mark, &question, of.into(), language)
        }
    }
}

/// Results of a release: of a question or of all of them, of all respondents, by region, or by another question.
fn results(catalogue: &Catalogue, shown: &Shown, query: &ResultsQuery, language: Language) -> Result<Results, Error> {
    let language = language.catalogue();
    let data = tables(&shown.release, &teller(catalogue, shown, language), query)?;
    Ok(Results { release: shown.summary(), language: language.to_string(), data })
}

/// The tables that a query asks for.
///
/// # Errors
/// 400 where there is no such question, or no such table is declared.
fn tables(release: &Release, teller: &Teller<'_>, query: &ResultsQuery) -> Result<Vec<ResultTable>, Error> {
    let unknown = |name: &str, value: &str, known: Vec<&str>| {
        let fault = text::unknown_value(value, known);
        Error::bad_query(vec![FieldError { pointer: name.to_owned(), ..fault }])
    };
    let asked = query.question.as_deref();
    let is_asked = |code: &str, question: &str| asked.is_none_or(|asked| asked == code || asked == question);
    let found = release.questions.iter().filter(|result| is_asked(code_of(result), &result.question));
    let found: Vec<_> = found.collect();
    if let (Some(asked), true) = (asked, found.is_empty()) {
        return Err(unknown("question", asked, release.questions.iter().map(code_of).collect()));
    }
    match query.by.as_deref() {
        None => Ok(found.into_iter().map(|result| teller.totals(result)).collect()),
        Some(REGION) => Ok(found.into_iter().map(|result| teller.by_region(result)).collect()),
        Some(concept) => {
            let pairs = release.pairs.iter().filter(|pair| pair.concept == concept);
            let pairs = pairs.filter(|pair| found.iter().any(|result| code_of(result) == pair.question));
            let tables: Vec<ResultTable> = pairs.filter_map(|pair| teller.pair(pair)).collect();
            let known = || std::iter::once(REGION).chain(release.pairs.iter().map(|pair| pair.concept.as_str()));
            if tables.is_empty() { Err(unknown("by", concept, known().collect())) } else { Ok(tables) }
        }
    }
}
