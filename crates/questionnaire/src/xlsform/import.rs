//! From sheets to a questionnaire. What is read keeps the row it came from, so that faults of the questionnaire can be
//! told as faults of a cell. It ends early where there is too much ([`Told::stop`]), or where nobody waits any more.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::headers::{Languages, Row, Table};
use super::survey::Survey;
use super::{Import, Reason, SheetFault, SheetFaultCode, SheetNote, SheetNoteCode, UNSUPPORTED, Workbook};
use crate::bounds::{Guesses, MOST_LANGUAGES, Room, shown};
use crate::check::{FaultCode, check};
use crate::expression::{Expression, ExpressionFault};
use crate::model::{Choice, Questionnaire, Texts};

/// How many rows are read before it is asked again whether somebody waits.
const ROWS_AT_ONCE: usize = 64;

/// What is told on the way, and whether it goes on.
pub(super) struct Told<'w> {
    faults: Vec<SheetFault>,
    notes: Vec<SheetNote>,
    room: Room,
    room_for_notes: Room,
    guesses: Guesses,
    /// Whether the sheets have a shape that can be read.
    pub(super) is_readable: bool,
    /// Whether there is too much, or nobody waits.
    is_stopped: bool,
    is_wanted: &'w dyn Fn() -> bool,
    steps: usize,
}

impl<'w> Told<'w> {
    fn new(is_wanted: &'w dyn Fn() -> bool) -> Self {
        Self {
            faults: Vec::new(),
            notes: Vec::new(),
            room: Room::default(),
            room_for_notes: Room::default(),
            guesses: Guesses::new(),
            is_readable: true,
            is_stopped: false,
            is_wanted,
            steps: 0,
        }
    }

    /// Whether the next row is read.
    pub(super) fn goes_on(&mut self) -> bool {
        self.steps += 1;
        if self.steps.is_multiple_of(ROWS_AT_ONCE) && !(self.is_wanted)() {
            self.is_stopped = true;
        }
        !self.is_stopped
    }

    /// Ends the reading: there is more than the bound, which is told alone.
    pub(super) fn stop(&mut self, sheet: &str, row: usize, column: &str, code: FaultCode, most: usize) {
        if !self.is_stopped {
            (self.is_stopped, self.is_readable) = (true, false);
            let (sheet, column, detail) = (shown(sheet), shown(column), most.to_string());
            self.faults =
                vec![SheetFault { sheet, row, column, code: Reason::Questionnaire(code), detail, nearest: None }];
            self.notes.clear();
        }
    }

    /// What was perhaps meant; none where nobody is told.
    pub(super) fn nearest<'n>(&mut self, word: &str, names: impl Iterator<Item = &'n str>) -> Option<String> {
        if self.is_full() { None } else { self.guesses.nearest(word, names) }
    }

    pub(super) fn fault(
        &mut self,
        sheet: &str,
        row: usize,
        column: &str,
        code: SheetFaultCode,
        detail: impl Into<String>,
    ) {
        self.fault_near(sheet, row, column, code, &detail.into(), None);
    }

    pub(super) fn fault_near(
        &mut self,
        sheet: &str,
        row: usize,
        column: &str,
        code: SheetFaultCode,
        detail: &str,
        nearest: Option<String>,
    ) {
        if !self.is_full() {
            let (sheet, column, detail) = (sheet.to_owned(), column.to_owned(), detail.to_owned());
            self.push(SheetFault { sheet, row, column, code: Reason::Sheet(code), detail, nearest });
        }
    }

    pub(super) fn note(&mut self, sheet: &str, row: usize, column: &str, code: SheetNoteCode, detail: &str) {
        if !self.is_noted_enough() {
            let (sheet, column, detail) = (shown(sheet), shown(column), shown(detail));
            self.room_for_notes.take(sheet.len() + column.len() + detail.len());
            self.notes.push(SheetNote { sheet, row, column, code, detail });
        }
    }

    /// Tells a fault, with its words as they can be shown.
    pub(super) fn push(&mut self, mut fault: SheetFault) {
        if !self.is_full() {
            let words = [&mut fault.sheet, &mut fault.column, &mut fault.detail].into_iter();
            let bytes = words.chain(fault.nearest.as_mut()).map(|word| {
                *word = shown(word);
                word.len()
            });
            self.room.take(bytes.sum());
            self.faults.push(fault);
        }
    }

    /// Whether enough is told: sheets can have more cells than anybody reads faults.
    pub(super) fn is_full(&self) -> bool {
        self.is_stopped || self.room.is_full()
    }

    pub(super) fn is_noted_enough(&self) -> bool {
        self.is_stopped || self.room_for_notes.is_full()
    }
}

/// The options of a list, with their rows.
pub(super) type Lists = BTreeMap<String, Vec<(usize, Choice)>>;

/// Where parts of the questionnaire come from: JSON pointer, whether it is a choice, row.
pub(super) type Origins = HashMap<String, (bool, usize)>;

/// What the sheets hold, by columns.
pub(super) struct Source {
    pub(super) survey: Table,
    pub(super) choices: Table,
    pub(super) settings: Table,
    pub(super) languages: Languages,
}

/// Reads sheets, and gives none where `is_wanted` says meanwhile that nobody waits for them.
pub fn import(workbook: &Workbook, is_wanted: &dyn Fn() -> bool) -> Option<Import> {
    let mut told = Told::new(is_wanted);
    let questionnaire = read(workbook, &mut told);
    is_wanted().then_some(Import { questionnaire, faults: told.faults, notes: told.notes })
}

fn read(workbook: &Workbook, told: &mut Told) -> Option<Questionnaire> {
    let source = Source::read(workbook, told);
    if !told.is_readable {
        return None;
    }
    let lists = source.lists(told);
    let title = source.title();
    let mut survey = Survey::new(&source, &lists, &title, told);
    let sections = survey.sections();
    let (origins, used) = survey.into_parts();
    if told.is_stopped {
        return None;
    }
    for list in lists.keys().filter(|list| !used.contains(*list)) {
        let row = lists.get(list).and_then(|options| options.first()).map_or(1, |(row, _)| *row);
        told.note(
            &source.choices.name,
            row,
            &source.choices.header("list_name", None),
            SheetNoteCode::UnusedList,
            list,
        );
    }
    let languages = source.languages.tags.clone();
    let questionnaire = told.is_readable.then_some(Questionnaire { languages, title, sections });
    if let Some(questionnaire) = &questionnaire {
        for fault in check(questionnaire) {
            told.push(source.fault(&origins, fault));
        }
    }
    // A list that is not known has no options either.
    let unknown: BTreeSet<usize> =
        told.faults.iter().filter(|fault| is_of(fault, UNKNOWN_LIST)).map(|fault| fault.row).collect();
    told.faults.retain(|fault| !(is_of(fault, NO_OPTIONS) && unknown.contains(&fault.row)));
    let mut seen = BTreeSet::new();
    told.faults.retain(|fault| seen.insert((fault.sheet.clone(), fault.row, fault.column.clone(), fault.code)));
    questionnaire
}

const UNKNOWN_LIST: Reason = Reason::Sheet(SheetFaultCode::UnknownList);
const NO_OPTIONS: Reason = Reason::Questionnaire(FaultCode::NoOptions);

fn is_of(fault: &SheetFault, reason: Reason) -> bool {
    fault.code == reason && fault.column.to_lowercase() == "type"
}

impl Source {
    fn read(workbook: &Workbook, told: &mut Told) -> Self {
        let sheet = |name: &str| workbook.sheets.iter().find(|sheet| sheet.name.trim().to_lowercase() == name);
        for ignored in &workbook.sheets {
            if !["survey", "choices", "settings"].contains(&ignored.name.trim().to_lowercase().as_str()) {
                told.note(&ignored.name, 1, "", SheetNoteCode::IgnoredSheet, &ignored.name);
            }
        }
        if sheet("survey").is_none() {
            told.fault("survey", 1, "", SheetFaultCode::MissingSheet, "survey");
            told.is_readable = false;
        }
        let survey = Table::read("survey", sheet("survey"), told);
        let choices = Table::read("choices", sheet("choices"), told);
        let settings = Table::read("settings", sheet("settings"), told);
        let needed =
            [(&survey, ["type", "name"], true), (&choices, ["list_name", "name"], !choices.columns.is_empty())];
        for (table, bases, is_needed) in needed {
            let is_needed = is_needed && told.is_readable;
            for base in bases.into_iter().filter(|base| is_needed && !table.has(base)) {
                told.fault(&table.name, table.header_row, "", SheetFaultCode::MissingColumn, base);
            }
        }
        told.is_readable &= survey.has("type") && survey.has("name");
        let languages =
            if told.is_readable { Languages::read(&survey, &choices, &settings, told) } else { Languages::default() };
        let source = Self { survey, choices, settings, languages };
        source.note_columns(told);
        if source.languages.tags.len() > MOST_LANGUAGES {
            let (table, code) = (&source.survey, FaultCode::TooManyLanguages);
            told.stop(&table.name, table.header_row, "", code, MOST_LANGUAGES);
        }
        source
    }

    fn note_columns(&self, told: &mut Told) {
        let of_survey: &[&str] = &[
            "type",
            "name",
            "label",
            "hint",
            "required",
            "relevant",
            "constraint",
            "constraint_message",
            "appearance",
            "parameters",
            "concept",
            "sensitivity",
            "unit",
            "least",
            "most",
            "disabled",
        ];
        let of_settings: &[&str] = &["form_title", "form_id", "name", "version", "default_language"];
        let known = [
            (&self.survey, of_survey),
            (&self.choices, &["list_name", "name", "label", "exclusive"]),
            (&self.settings, of_settings),
        ];
        for (table, bases) in known {
            for column in &table.columns {
                let is_known = bases.contains(&column.base.as_str()) || UNSUPPORTED.contains(&column.base.as_str());
                if !is_known && !column.header.is_empty() {
                    let code = SheetNoteCode::IgnoredColumn;
                    told.note(&table.name, table.header_row, &column.header, code, &column.header);
                }
            }
        }
    }

    /// The texts of a row in all languages.
    pub(super) fn texts(&self, table: &Table, row: &Row, base: &str, told: &mut Told) -> Texts {
        let mut texts = Texts::new();
        for (column, text) in table.cells(row).filter(|(column, _)| column.base == base) {
            let tag = match &column.language {
                Some(_) => column.tag.as_ref(),
                None => self.languages.bare.as_ref(),
            };
            if let Some(tag) = tag {
                texts.entry(tag.clone()).or_insert_with(|| text.to_owned());
            } else if column.language.is_none() {
                told.push(SheetFault {
                    sheet: table.name.clone(),
                    row: row.number,
                    column: column.header.clone(),
                    code: Reason::Questionnaire(FaultCode::MissingLanguage),
                    detail: self.languages.tags.join(" "),
                    nearest: None,
                });
            }
        }
        texts
    }

    fn title(&self) -> Texts {
        let Some(row) = self.settings.rows.first() else { return self.in_all_languages("survey") };
        let bases = ["form_title", "form_id"].map(|base| self.settings.cell(row, base));
        let title = bases.into_iter().find(|title| !title.is_empty()).unwrap_or("survey");
        let mut titles = self.in_all_languages(title);
        for (column, title) in self.settings.cells(row).filter(|(column, _)| column.base == "form_title") {
            if let Some(text) = column.tag.as_ref().and_then(|tag| titles.get_mut(tag)) {
                title.clone_into(text);
            }
        }
        titles
    }

    fn in_all_languages(&self, text: &str) -> Texts {
        self.languages.tags.iter().map(|tag| (tag.clone(), text.to_owned())).collect()
    }

    fn lists(&self, told: &mut Told) -> Lists {
        let table = &self.choices;
        let mut lists = Lists::new();
        for row in &table.rows {
            if !told.goes_on() {
                break;
            }
            for (column, cell) in table.cells(row).filter(|(column, _)| UNSUPPORTED.contains(&column.base.as_str())) {
                told.fault(&table.name, row.number, &column.header, SheetFaultCode::UnsupportedColumn, cell);
            }
            let choice = Choice {
                code: table.cell(row, "name").to_owned(),
                label: self.texts(table, row, "label", told),
                is_exclusive: yes_no(table, row, "exclusive", told),
            };
            let list = table.cell(row, "list_name");
            if list.is_empty() {
                let column = table.header("list_name", None);
                told.fault(&table.name, row.number, &column, SheetFaultCode::UnknownList, "");
            } else {
                lists.entry(list.to_owned()).or_default().push((row.number, choice));
            }
        }
        lists
    }

    /// The rule in a cell.
    pub(super) fn rule(&self, row: &Row, base: &str, told: &mut Told) -> Option<Expression> {
        let table = &self.survey;
        let text = table.cell(row, base);
        if text.is_empty() {
            return None;
        }
        let fault = match text.parse() {
            Ok(rule) => return Some(rule),
            Err(fault) => fault,
        };
        let (code, detail) = match fault {
            ExpressionFault::TooLong => (SheetFaultCode::RuleTooLong, String::new()),
            ExpressionFault::TooDeep => (SheetFaultCode::RuleTooDeep, String::new()),
            ExpressionFault::Unfinished => (SheetFaultCode::RuleUnfinished, String::new()),
            ExpressionFault::Unexpected(word) => (SheetFaultCode::RuleUnexpected, word),
            ExpressionFault::UnknownFunction(name) => (SheetFaultCode::UnknownFunction, name),
            ExpressionFault::WrongOperands(name) => (SheetFaultCode::WrongOperands, name),
        };
        told.fault(&table.name, row.number, &table.header(base, None), code, detail);
        None
    }
}

/// Whether a cell says yes.
pub(super) fn yes_no(table: &Table, row: &Row, base: &str, told: &mut Told) -> bool {
    let cell = table.cell(row, base);
    match cell.to_lowercase().as_str() {
        "yes" | "true" | "true()" | "1" => true,
        "" | "no" | "false" | "false()" | "0" => false,
        _ => {
            told.fault(&table.name, row.number, &table.header(base, None), SheetFaultCode::NoYesNo, cell);
            false
        }
    }
}
