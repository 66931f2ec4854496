//! Columns, languages and rows of a sheet: the first row that is not empty has the headers, cells are trimmed. A header
//! that is too long to be shown is that of no known column.

use std::collections::{HashMap, HashSet};

use super::{LANGUAGES, Sheet, SheetFaultCode, TEXTS};
use crate::bounds::{is_shown_whole, shown};
use crate::check::canonical_language;
use crate::xlsform::import::Told;

const MOST_ROWS: usize = 5_000;
const MOST_COLUMNS: usize = 200;

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Column {
    /// The header as it is shown.
    pub(super) header: String,
    /// What it is for, such as `label`; empty where that cannot be known.
    pub(super) base: String,
    /// Its language as it is written.
    pub(super) language: Option<String>,
    /// The tag of its language, where it is known.
    pub(super) tag: Option<String>,
}

/// A row that is not empty, with a cell for each column.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// Its number, the first of the sheet being 1.
    pub(super) number: usize,
    cells: Vec<String>,
}

/// A sheet by columns.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub(super) name: String,
    /// The number of the row with the headers.
    pub(super) header_row: usize,
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<Row>,
    /// The columns without language by what they are for.
    bare: HashMap<String, usize>,
}

impl Table {
    /// Reads a sheet; one that is not there is empty.
    pub(super) fn read(name: &str, sheet: Option<&Sheet>, told: &mut Told) -> Self {
        let mut table =
            Self { name: name.to_owned(), header_row: 1, columns: Vec::new(), rows: Vec::new(), bare: HashMap::new() };
        let Some(sheet) = sheet else { return table };
        table.name = shown(&sheet.name);
        let cells = |row: &Vec<String>| row.iter().map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
        let rows = sheet.rows.iter().map(cells).enumerate();
        let mut rows = rows.filter(|(_, cells)| cells.iter().any(|cell| !cell.is_empty()));
        let Some((number, headers)) = rows.next() else { return table };
        table.header_row = number + 1;
        table.columns = headers.iter().take(MOST_COLUMNS).map(|header| column(header)).collect();
        for (number, column) in table.columns.iter().enumerate().filter(|(_, column)| column.language.is_none()) {
            table.bare.entry(column.base.clone()).or_insert(number);
        }
        table.rows = rows.by_ref().take(MOST_ROWS).map(|(number, cells)| Row { number: number + 1, cells }).collect();
        for (most, is_too_large) in [(MOST_ROWS, rows.next().is_some()), (MOST_COLUMNS, headers.len() > MOST_COLUMNS)] {
            if is_too_large {
                told.fault(&table.name, table.header_row, "", SheetFaultCode::SheetTooLarge, most.to_string());
                told.is_readable = false;
            }
        }
        table.tell_duplicates(told);
        table
    }

    fn tell_duplicates(&self, told: &mut Told) {
        let mut seen = HashSet::new();
        for column in self.columns.iter().filter(|column| !column.base.is_empty()) {
            let language = column.tag.as_ref().or(column.language.as_ref());
            if !seen.insert((&column.base, column.tag.is_some(), language)) {
                told.fault(
                    &self.name,
                    self.header_row,
                    &column.header,
                    SheetFaultCode::DuplicateColumn,
                    &column.header,
                );
            }
        }
    }

    /// The cell of a row in a column without language; empty where there is none.
    pub(super) fn cell<'t>(&'t self, row: &'t Row, base: &str) -> &'t str {
        let cell = self.bare.get(base).and_then(|number| row.cells.get(*number));
        cell.map(String::as_str).unwrap_or_default()
    }

    /// The cells of a row that are not empty, with their columns.
    pub(super) fn cells<'t>(&'t self, row: &'t Row) -> impl Iterator<Item = (&'t Column, &'t str)> {
        let cells = self.columns.iter().zip(&row.cells);
        cells.map(|(column, cell)| (column, cell.as_str())).filter(|(_, cell)| !cell.is_empty())
    }

    /// The header of a column as it is written, or as it would be.
    pub(super) fn header(&self, base: &str, tag: Option<&str>) -> String {
        let of_base = || self.columns.iter().filter(|column| column.base == base);
        let is_of = |column: &&Column| column.tag.as_deref() == tag;
        if let Some(column) = of_base().find(is_of) {
            return column.header.clone();
        }
        match tag {
            Some(tag) if of_base().any(|column| column.language.is_some()) => format!("{base}::{}", spelt(tag)),
            _ => of_base().next().map_or_else(|| base.to_owned(), |column| column.header.clone()),
        }
    }

    pub(super) fn has(&self, base: &str) -> bool {
        self.columns.iter().any(|column| column.base == base)
    }
}

/// What a header says: `label::English (en)`, `bind::relevant`, `bind:jr:constraintMsg`, `title_fr`.
fn column(header: &str) -> Column {
    if !is_shown_whole(header) {
        return Column { header: shown(header), base: String::new(), language: None, tag: None };
    }
    let separator = if header.contains("::") { "::" } else { ":" };
    let mut parts: Vec<&str> = header.split(separator).map(str::trim).collect();
    let first = parts.first().map(|first| first.to_lowercase()).unwrap_or_default();
    if parts.len() > 1 && matches!(first.as_str(), "bind" | "body" | "control" | "media") {
        parts.remove(0);
        if separator == ":" && parts.len() > 1 && first == "bind" {
            parts.remove(0);
        }
    }
    let mut parts = parts.into_iter();
    let word = parts.next().unwrap_or_default();
    // A namespace, as in `bind::scs:concept`.
    let word = word.rsplit(':').next().unwrap_or(word).to_lowercase().split_whitespace().collect::<Vec<_>>().join("_");
    let rest = parts.collect::<Vec<_>>().join(separator);
    let mut language = Some(rest).filter(|rest| !rest.is_empty());
    let base = match word.as_str() {
        "command" => "type",
        "tag" | "value" => "name",
        "caption" => "label",
        "relevance" => "relevant",
        "constraintmsg" | "constraining_message" => "constraint_message",
        "calculate" => "calculation",
        "readonly" => "read_only",
        "id_string" => "form_id",
        "title" => "form_title",
        word => match word.strip_prefix("title_").and_then(canonical_language) {
            Some(tag) => {
                language = Some(tag);
                "form_title"
            }
            None => word,
        },
    };
    let tag = language.as_deref().and_then(tag_of);
    Column { header: shown(header), base: base.to_owned(), language, tag }
}

/// The tag of a language as headers write it: `English (en)`, `en`, `English`.
pub(super) fn tag_of(spelling: &str) -> Option<String> {
    let spelling = spelling.trim();
    let inside = spelling.strip_suffix(')').and_then(|start| start.rsplit_once('(')).map(|(_, tag)| tag.trim());
    if let Some(tag) = inside {
        return canonical_language(tag);
    }
    let lower = spelling.to_lowercase();
    let named = LANGUAGES.iter().find(|(_, name)| name.to_lowercase() == lower).map(|(tag, _)| (*tag).to_owned());
    named.or_else(|| canonical_language(spelling))
}

/// A language as headers write it.
pub(super) fn spelt(tag: &str) -> String {
    let name = LANGUAGES.iter().find(|(known, _)| *known == tag);
    name.map_or_else(|| tag.to_owned(), |(_, name)| format!("{name} ({tag})"))
}

/// The languages of a form.
#[derive(Clone, Debug, Default)]
pub(super) struct Languages {
    /// Their tags, the default one first.
    pub(super) tags: Vec<String>,
    /// The language of texts without one.
    pub(super) bare: Option<String>,
}

impl Languages {
    /// Reads the headers of all sheets, and the setting of the default language.
    pub(super) fn read(survey: &Table, choices: &Table, settings: &Table, told: &mut Told) -> Self {
        let mut found: Vec<(String, String)> = Vec::new();
        let mut has_bare = false;
        for table in [survey, choices] {
            for column in table.columns.iter().filter(|column| TEXTS.contains(&column.base.as_str())) {
                let fault = |told: &mut Told, code, spelling: &str, nearest| {
                    told.fault_near(&table.name, table.header_row, &column.header, code, spelling, nearest);
                };
                let Some(spelling) = &column.language else {
                    has_bare |= column.base == "label";
                    continue;
                };
                let Some(tag) = column.tag.clone() else {
                    fault(told, SheetFaultCode::LanguageUnknown, spelling, None);
                    continue;
                };
                match found.iter().find(|(known, _)| *known == tag) {
                    Some((_, first)) if first.to_lowercase() != spelling.to_lowercase() => {
                        fault(told, SheetFaultCode::LanguageSpeltTwice, spelling, Some(first.clone()));
                    }
                    Some(_) => {}
                    None => found.push((tag, spelling.clone())),
                }
            }
        }
        let row = settings.rows.first();
        let default = row.map(|row| settings.cell(row, "default_language")).unwrap_or_default();
        let mut languages = Self { tags: found.iter().map(|(tag, _)| tag.clone()).collect(), bare: None };
        let lower = default.to_lowercase();
        let of_columns = found.iter().position(|(_, spelling)| spelling.to_lowercase() == lower);
        if let Some(position) = of_columns {
            let tag = languages.tags.remove(position);
            languages.tags.insert(0, tag);
        } else if has_bare && !default.is_empty() && tag_of(default).is_some_and(|tag| !languages.tags.contains(&tag)) {
            languages.bare = tag_of(default);
            languages.tags.splice(0..0, languages.bare.clone());
        } else if !default.is_empty() {
            let number = row.map_or(1, |row| row.number);
            let column = settings.header("default_language", None);
            let nearest = found.first().map(|(_, spelling)| spelling.clone());
            told.fault_near(&settings.name, number, &column, SheetFaultCode::LanguageUnknown, default, nearest);
        }
        if languages.tags.is_empty() {
            told.fault(
                &survey.name,
                survey.header_row,
                &survey.header("label", None),
                SheetFaultCode::LanguageUnnamed,
                "",
            );
            languages.bare = Some(UNDETERMINED.to_owned());
            languages.tags.push(UNDETERMINED.to_owned());
        }
        languages
    }
}

/// The tag of texts whose language nobody told.
const UNDETERMINED: &str = "und";
