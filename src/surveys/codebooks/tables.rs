//! Codebooks as tables: in CSV each column of the answers has a row, followed by a row for each of its values; in
//! workbooks both have a sheet. Heads are words for programs, texts have a column for each language.

use questionnaire::Texts;
use questionnaire::xlsform::{Sheet, Workbook};

use super::{Category, Described, Document};
use crate::error::Error;
use crate::http::csv::{self, Cell, Separator};

type Row = Vec<String>;

/// The file.
pub(super) fn csv(document: &Document<'_>, separator: Separator) -> Result<Vec<u8>, Error> {
    let (of_variables, of_values) = (variable_heads(document), value_heads(document));
    let between = of_variables.len() - NAMES.len();
    let mut file = csv::begin([vec!["kind".to_owned()], of_variables, of_values.clone()].concat(), separator)?;
    let mut rows: Vec<Row> = Vec::new();
    for described in &document.variables {
        let blank = vec![String::new(); of_values.len()];
        rows.push([vec!["variable".to_owned()], variable(document, described), blank].concat());
        for value in &described.values {
            let blank = vec![String::new(); between];
            rows.push([vec!["value".to_owned()], names(described), blank, category(document, value)].concat());
        }
    }
    file.extend(csv::write(rows.iter().map(|row| row.iter().map(|cell| Cell::text(cell))), separator)?);
    Ok(file)
}

/// The sheets.
pub(super) fn workbook(document: &Document<'_>) -> Workbook {
    let mut variables = vec![variable_heads(document)];
    variables.extend(document.variables.iter().map(|described| variable(document, described)));
    let mut values = vec![[NAMES.map(str::to_owned).to_vec(), value_heads(document)].concat()];
    for described in &document.variables {
        let row = |value: &Category<'_>| [names(described), category(document, value)].concat();
        values.extend(described.values.iter().map(row));
    }
    let sheet = |name: &str, rows: Vec<Row>| Sheet { name: name.to_owned(), rows };
    Workbook { sheets: vec![about(document), sheet("variables", variables), sheet("values", values)] }
}

/// What the codebook is about.
fn about(document: &Document<'_>) -> Sheet {
    let mut rows = vec![
        vec!["key".to_owned(), "value".to_owned()],
        vec!["survey".to_owned(), document.survey.to_owned()],
        vec!["version".to_owned(), document.version.to_string()],
        vec!["state".to_owned(), document.state.to_string()],
        vec!["sha256".to_owned(), document.sha256.unwrap_or_default().to_owned()],
        vec!["changed_at".to_owned(), document.changed_at.to_string()],
    ];
    for language in document.languages {
        rows.push(vec![format!("title::{language}"), text(Some(document.title), language)]);
    }
    Sheet { name: "codebook".to_owned(), rows }
}

/// What names a column of the answers.
const NAMES: [&str; 2] = ["id", "name"];

fn names(described: &Described<'_>) -> Row {
    vec![described.variable.id.clone(), described.variable.name.clone()]
}

fn variable_heads(document: &Document<'_>) -> Row {
    let single = |head: &str| vec![head.to_owned()];
    let texts = |head: &str| document.languages.iter().map(|language| format!("{head}::{language}")).collect();
    let parts: [Row; 20] = [
        NAMES.map(str::to_owned).to_vec(),
        single("section"),
        single("question"),
        single("row"),
        single("option"),
        texts("question_label"),
        texts("row_label"),
        texts("option_label"),
        single("concept"),
        single("sensitivity"),
        single("is_required"),
        single("form"),
        single("measure"),
        single("asked_if"),
        texts("condition"),
        single("least"),
        single("most"),
        single("step"),
        texts("unit"),
        single("most_characters"),
    ];
    parts.concat()
}

fn variable(document: &Document<'_>, described: &Described<'_>) -> Row {
    let of = &described.variable;
    let single = |cell: Option<&str>| vec![cell.unwrap_or_default().to_owned()];
    let texts = |texts: Option<&Texts>| document.languages.iter().map(|language| text(texts, language)).collect();
    let parts: [Row; 20] = [
        names(described),
        single(Some(of.section)),
        single(Some(of.question)),
        single(of.row),
        single(of.option),
        texts(Some(of.question_label)),
        texts(of.row_label),
        texts(of.option_label),
        single(of.concept),
        single(Some(of.sensitivity.as_str())),
        vec![of.is_required.to_string()],
        single(Some(of.form.as_str())),
        single(Some(of.measure.as_str())),
        vec![of.asked_if.as_ref().map(ToString::to_string).unwrap_or_default()],
        texts(Some(&described.condition)),
        single(of.least.as_deref()),
        single(of.most.as_deref()),
        vec![of.step.map(ToString::to_string).unwrap_or_default()],
        texts(of.unit),
        vec![of.most_characters.map(|most| most.to_string()).unwrap_or_default()],
    ];
    parts.concat()
}

fn value_heads(document: &Document<'_>) -> Row {
    let labels = document.languages.iter().map(|language| format!("value_label::{language}"));
    ["value", "is_missing"].map(str::to_owned).into_iter().chain(labels).collect()
}

fn category(document: &Document<'_>, value: &Category<'_>) -> Row {
    let labels = document.languages.iter().map(|language| text(Some(&value.label), language));
    [value.code.to_owned(), value.is_missing.to_string()].into_iter().chain(labels).collect()
}

fn text(texts: Option<&Texts>, language: &str) -> String {
    texts.and_then(|texts| texts.get(language)).cloned().unwrap_or_default()
}
