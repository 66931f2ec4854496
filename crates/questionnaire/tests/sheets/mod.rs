//! Sheets as text, and what is told of them.

use questionnaire::xlsform::{self, Import, Sheet, Workbook, export};
use questionnaire::{Question, Questionnaire, check};

/// Sheets from text: a line with `[name]` begins a sheet, cells are between `|`.
pub fn workbook(text: &str) -> Workbook {
    let mut sheets: Vec<Sheet> = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            sheets.push(Sheet { name: name.to_owned(), rows: Vec::new() });
        } else {
            let cells = line.split('|').map(|cell| cell.trim().to_owned()).collect();
            sheets.last_mut().unwrap().rows.push(cells);
        }
    }
    Workbook { sheets }
}

/// Each fault as sheet, row, column, code, detail.
pub fn faults(import: &Import) -> Vec<String> {
    let told = import.faults.iter().map(|fault| {
        let nearest = fault.nearest.as_ref().map_or(String::new(), |nearest| format!(" → {nearest}"));
        let (sheet, row, column, code) = (&fault.sheet, fault.row, &fault.column, fault.code.as_str());
        format!("{sheet} {row} {column}: {code} {}{nearest}", fault.detail).trim_end().to_owned()
    });
    told.collect()
}

pub fn notes(import: &Import) -> Vec<String> {
    let told = import
        .notes
        .iter()
        .map(|note| format!("{} {} {}: {} {}", note.sheet, note.row, note.column, note.code, note.detail));
    told.collect()
}

/// Reads sheets while somebody waits for them.
pub fn import(workbook: &Workbook) -> Import {
    xlsform::import(workbook, &|| true).unwrap()
}

pub fn read(text: &str) -> Import {
    import(&workbook(text))
}

/// The questionnaire of a form without faults, which also comes back from its own sheets unchanged.
pub fn accepted(text: &str) -> Questionnaire {
    let import_of = read(text);
    assert_eq!(faults(&import_of), Vec::<String>::new());
    let questionnaire = import_of.questionnaire.unwrap();
    assert_eq!(check(&questionnaire), []);
    let again = import(&export(&questionnaire));
    assert_eq!(faults(&again), Vec::<String>::new());
    assert_eq!(again.questionnaire.as_ref(), Some(&questionnaire));
    questionnaire
}

pub fn question<'q>(questionnaire: &'q Questionnaire, code: &str) -> &'q Question {
    questionnaire.questions().find(|(_, question)| question.code == code).unwrap().1
}
