//! Where in the sheets a fault of the questionnaire is: a JSON pointer becomes sheet, row and column.

use super::import::{Origins, Source};
use super::{Reason, SheetFault};
use crate::check::{Fault, FaultCode};

impl Source {
    pub(super) fn fault(&self, origins: &Origins, fault: Fault) -> SheetFault {
        let (mut above, mut rest) = (fault.place.as_str(), "");
        let origin = loop {
            if let Some(origin) = origins.get(above) {
                break Some(*origin);
            }
            match above.rfind('/').and_then(|end| fault.place.split_at_checked(end)) {
                Some((start, end)) => (above, rest) = (start, end),
                None => break None,
            }
        };
        let (table, row) = match origin {
            Some((true, row)) => (&self.choices, row),
            Some((false, row)) => (&self.survey, row),
            None if fault.place.starts_with("/title") || fault.place.starts_with("/languages") => {
                (&self.settings, self.settings.rows.first().map_or(1, |row| row.number))
            }
            None => (&self.survey, self.survey.header_row),
        };
        let column = match base_of(rest) {
            Some(base) if origin.is_some() => {
                let base = if matches!(base, "least" | "most") && !table.has(base) { "constraint" } else { base };
                table.header(base, self.language_of(&fault, rest))
            }
            _ if fault.place.starts_with("/title") => table.header("form_title", None),
            _ if fault.place.starts_with("/languages") => table.header("default_language", None),
            _ => String::new(),
        };
        let Fault { code, detail, nearest, .. } = fault;
        SheetFault { sheet: table.name.clone(), row, column, code: Reason::Questionnaire(code), detail, nearest }
    }

    fn language_of<'f>(&self, fault: &'f Fault, rest: &'f str) -> Option<&'f str> {
        if matches!(fault.code, FaultCode::MissingLanguage | FaultCode::UnknownLanguage) {
            return Some(fault.detail.as_str());
        }
        let last = rest.rsplit('/').next()?;
        self.languages.tags.iter().any(|tag| tag == last).then_some(last)
    }
}

/// The column that has a field; none where the whole row is meant.
fn base_of(rest: &str) -> Option<&'static str> {
    let fields = [
        ("/show_if", "relevant"),
        ("/rule", "constraint"),
        ("/message", "constraint_message"),
        ("/hint", "hint"),
        ("/concept", "concept"),
        ("/is_exclusive", "exclusive"),
        ("/unit", "unit"),
        ("/least", "least"),
        ("/most", "most"),
        ("/start", "parameters"),
        ("/end", "parameters"),
        ("/step", "parameters"),
        ("/code", "name"),
        ("/label", "label"),
        ("/title", "label"),
        ("/text", "label"),
        ("/answer", "type"),
        ("/cell", "type"),
        ("/options", "type"),
    ];
    fields.into_iter().find(|(field, _)| rest.contains(field)).map(|(_, base)| base)
}
