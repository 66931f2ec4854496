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

use survey_results::QuestionResult;
use survey_results::writers::chart::{By, chart};
use survey_results::writers::{Flow, HEADS, Value, records, sdmx};

use super::kept::Shown;
use super::reading;
use super::view::code_of;
use crate::error::Error;
use crate::http::csv::{self, Cell, Separator};
use crate::http::fixed::Fixed;
use crate::i18n::{Catalogue, Language};
pub use types::{ChartOf, ChartQuery, ReleaseFile, ResultsFileQuery, ResultsFormat, TableFormat};

/// The agency of SDMX.
const AGENCY: &str = "SCS";
/// The media type of SDMX-CSV.
const SDMX: &str = "application/vnd.sdmx.data+csv;version=2.0.0";
/// The media type of charts.
const SVG: &str = "image/svg+xml";

/// The figures of a release as a file.
///
/// # Errors
/// None in practice.
pub(super) fn file(
    catalogue: &Catalogue,
    shown: &Shown,
    mark: &str,
    format: ResultsFormat,
    language: Language,
) -> Result<Fixed, Error> {
    let content = written(catalogue, shown, format, language)?;
    let (extension, media_type) = match format {
        ResultsFormat::Table(format) => (format.extension(), format.media_type()),
        ResultsFormat::Sdmx => ("sdmx.csv", SDMX),
    };
    let name = format!("{}-results-{}.{extension}", shown.release.survey, shown.release.number);
    Fixed::marked(media_type, mark, content)?.as_file(&name)
}

/// The chart of a question, or of a row of a matrix.
///
/// # Errors
/// 404 where the release has no such table, or it has too many options for a chart.
pub(super) fn chart_of(
    catalogue: &Catalogue,
    shown: &Shown,
    mark: &str,
    question: &str,
    by: By,
    language: Language,
) -> Result<Fixed, Error> {
    let is_asked = |result: &&QuestionResult| code_of(result) == question;
    let result = shown.release.questions.iter().find(is_asked).ok_or_else(Error::not_found)?;
    let chart = chart(&shown.release, &reading(catalogue, shown, language), result, by).ok_or_else(Error::not_found)?;
    Fixed::marked(SVG, mark, chart.into_bytes())
}

fn written(catalogue: &Catalogue, shown: &Shown, format: ResultsFormat, language: Language) -> Result<Vec<u8>, Error> {
    let records = || records(&shown.release, &reading(catalogue, shown, language));
    match format {
        ResultsFormat::Table(TableFormat::Csv(separator)) => as_csv(&HEADS, &records(), separator),
        ResultsFormat::Table(TableFormat::Xlsx) => sheets::write(&[("results", &HEADS, &records())]),
        ResultsFormat::Sdmx => {
            // Two rounds of a survey do not open on one day.
            let opened: String = shown.opens_at.to_string().chars().take_while(|c| *c != 'T').collect();
            let year = opened.split('-').next().and_then(|year| year.parse().ok()).unwrap_or_default();
            let round = format!("{}_{}", shown.release.survey, opened.replace('-', ""));
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
