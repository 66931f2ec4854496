//! Files of releases: figures as CSV, workbook and SDMX-CSV, and charts; and the answers themselves for the
//! Secretariat.
//!
//! The crate `survey_results` writes them from the release alone, so that a file cannot tell what the release hides. A
//! release never changes, and neither do its files. The answers (microdata) are of the questions that may be seen by
//! name, as they are submitted at present; taking them is in the audit log.
//!
//! - `sheets` workbooks

mod microdata;
pub mod routes;
mod sheets;
#[cfg(test)]
mod tests;
mod types;

use std::sync::Arc;

use survey_results::QuestionResult;
use survey_results::writers::chart::{By, chart};
use survey_results::writers::{Flow, HEADS, Value, records, sdmx};

use super::view::code_of;
use super::{Releases, Shown, reading};
use crate::db::Id;
use crate::error::Error;
use crate::http::csv::{self, Cell, Separator};
use crate::i18n::{Catalogue, Language};
use crate::policy::Principal;
pub use types::{ChartQuery, ReleaseFile, ResultsFileQuery, ResultsFormat, TableFormat};

/// The agency of SDMX.
const AGENCY: &str = "SCS";

impl Releases {
    /// The figures of a release as a file.
    ///
    /// # Errors
    /// 404.
    pub async fn file(
        &self,
        reader: Option<&Principal>,
        id: Id,
        format: ResultsFormat,
        language: Language,
    ) -> Result<ReleaseFile, Error> {
        let shown = self.shown(reader, id).await?;
        let name = format!("{}-results-{}", shown.round.survey, shown.release.number);
        let catalogue = Arc::clone(&self.catalogue);
        let write = move || written(&catalogue, &shown, format, language);
        Ok(ReleaseFile { name, content: self.heavy_work.beside(write).await? })
    }

    /// The chart of a question, or of a row of a matrix.
    ///
    /// # Errors
    /// 404 where the release has no such table, or it has too many options for a chart.
    pub async fn chart(
        &self,
        reader: Option<&Principal>,
        id: Id,
        question: &str,
        by: By,
        language: Language,
    ) -> Result<String, Error> {
        let shown = self.shown(reader, id).await?;
        let is_asked = |result: &&QuestionResult| code_of(result) == question;
        let result = shown.release.questions.iter().find(is_asked).ok_or_else(Error::not_found)?;
        let reading = reading(&self.catalogue, &shown, language);
        chart(&shown.release, &reading, result, by).ok_or_else(Error::not_found)
    }
}

fn written(catalogue: &Catalogue, shown: &Shown, format: ResultsFormat, language: Language) -> Result<Vec<u8>, Error> {
    let records = || records(&shown.release, &reading(catalogue, shown, language));
    match format {
        ResultsFormat::Table(TableFormat::Csv(separator)) => as_csv(&HEADS, &records(), separator),
        ResultsFormat::Table(TableFormat::Xlsx) => sheets::write(&[("results", &HEADS, &records())]),
        ResultsFormat::Sdmx => {
            // Two rounds of a survey do not open on one day.
            let opened: String = shown.round.opens_at.to_string().chars().take_while(|c| *c != 'T').collect();
            let year = opened.split('-').next().and_then(|year| year.parse().ok()).unwrap_or_default();
            let round = format!("{}_{}", shown.round.survey, opened.replace('-', ""));
            Ok(sdmx(&shown.release, &Flow { agency: AGENCY, round: &round, period: year }).into_bytes())
        }
    }
}

/// Rows as CSV, without cells that a spreadsheet would run.
fn as_csv(heads: &[impl AsRef<str>], rows: &[Vec<Value>], separator: Separator) -> Result<Vec<u8>, Error> {
    let mut file = csv::begin(heads, separator)?;
    file.extend(csv::write(rows.iter().map(|row| row.iter().map(|value| Cell::text(&value.text()))), separator)?);
    Ok(file)
}
