//! The rows of the sheet `survey`: a tree of groups first, then sections with their items.

use std::collections::BTreeSet;

use super::import::{Lists, Origins, Source, Told, yes_no};
use super::spent::Spent;
use super::{MATRIX, SheetFaultCode, SheetNoteCode, TABLE, UNSUPPORTED};
use crate::expression::Expression;
use crate::model::{AnswerType, Constraint, Group, Item, MatrixRow, Note, Question, Section, Sensitivity, Texts};
use crate::xlsform::answers::{Kind, Read};
use crate::xlsform::headers::Row;

/// How deep groups can be in groups.
const MOST_DEPTH: usize = 8;
/// The columns that a heading or a note has.
const OF_HEADING: &[&str] = &["type", "name", "label", "relevant", "appearance", "disabled"];
/// Those of the heading of a matrix.
const OF_MATRIX: &[&str] =
    &["type", "name", "label", "hint", "relevant", "appearance", "disabled", "concept", "sensitivity"];
/// What all rows of a matrix have in common.
const COMMON: [&str; 9] =
    ["type", "required", "constraint", "constraint_message", "appearance", "parameters", "least", "most", "unit"];

/// A row, or a group of rows.
enum Node<'t> {
    Leaf(&'t Row),
    Group(&'t Row, Vec<Node<'t>>),
    /// Rows under a row that has the labels of the options alone.
    Labelled(&'t Row, Vec<Node<'t>>),
}

pub(super) struct Survey<'t, 'w> {
    pub(super) source: &'t Source,
    pub(super) lists: &'t Lists,
    pub(super) told: &'t mut Told<'w>,
    pub(super) spent: Spent,
    pub(super) title: &'t Texts,
    pub(super) origins: Origins,
    pub(super) used: BTreeSet<String>,
    names: Option<BTreeSet<&'t str>>,
}

impl<'t, 'w> Survey<'t, 'w> {
    pub(super) fn new(source: &'t Source, lists: &'t Lists, title: &'t Texts, told: &'t mut Told<'w>) -> Self {
        let spent = Spent::default();
        let mut survey =
            Self { source, lists, told, spent, title, origins: Origins::new(), used: BTreeSet::new(), names: None };
        survey.takes_title();
        survey
    }

    /// Where the parts come from, and the lists that questions have.
    pub(super) fn into_parts(self) -> (Origins, BTreeSet<String>) {
        (self.origins, self.used)
    }

    pub(super) fn fault(&mut self, row: &Row, base: &str, code: SheetFaultCode, detail: &str) {
        if !self.told.is_full() {
            let table = &self.source.survey;
            self.told.fault(&table.name, row.number, &table.header(base, None), code, detail);
        }
    }

    pub(super) fn note(&mut self, row: &Row, base: &str, code: SheetNoteCode, detail: &str) {
        if !self.told.is_noted_enough() {
            let table = &self.source.survey;
            self.told.note(&table.name, row.number, &table.header(base, None), code, detail);
        }
    }

    pub(super) fn cell(&self, row: &'t Row, base: &str) -> &'t str {
        self.source.survey.cell(row, base)
    }

    pub(super) fn texts(&mut self, row: &Row, base: &str) -> Texts {
        let texts = self.source.texts(&self.source.survey, row, base, self.told);
        self.takes_texts(row, texts)
    }

    pub(super) fn rule(&mut self, row: &Row, base: &str) -> Option<Expression> {
        let rule = self.source.rule(row, base, self.told);
        rule.filter(|rule| self.takes_rule(row, base, rule))
    }

    /// All sections; questions outside of groups are sections of their own.
    pub(super) fn sections(&mut self) -> Vec<Section> {
        let nodes = self.tree();
        let mut sections = Vec::new();
        let mut loose = Vec::new();
        for node in nodes {
            match node {
                Node::Group(row, inside) if !self.is_matrix(row) => {
                    self.loose(&mut sections, std::mem::take(&mut loose));
                    if !self.takes_section(row.number, sections.len()) {
                        return sections;
                    }
                    let place = self.place(format!("/sections/{}", sections.len()), row);
                    self.unused(row, OF_HEADING);
                    sections.push(Section {
                        code: self.cell(row, "name").to_owned(),
                        title: self.texts(row, "label"),
                        show_if: self.rule(row, "relevant"),
                        items: self.items(&place, inside),
                    });
                }
                node => loose.push(node),
            }
        }
        self.loose(&mut sections, loose);
        sections
    }

    /// A section for questions outside of groups.
    fn loose(&mut self, sections: &mut Vec<Section>, nodes: Vec<Node<'t>>) {
        let place = format!("/sections/{}", sections.len());
        let items = self.items(&place, nodes);
        if !items.is_empty() && self.takes_section(self.source.survey.header_row, sections.len()) && self.takes_title()
        {
            let mut code = format!("section_{}", sections.len() + 1);
            while self.names().contains(code.as_str()) {
                code.push('_');
            }
            sections.push(Section { code, title: self.title.clone(), show_if: None, items });
        }
    }

    /// All names of rows.
    fn names(&mut self) -> &BTreeSet<&'t str> {
        let table = &self.source.survey;
        self.names.get_or_insert_with(|| table.rows.iter().map(|row| table.cell(row, "name")).collect())
    }

    /// Remembers the row of a part.
    pub(super) fn place(&mut self, place: String, row: &Row) -> String {
        self.origins.insert(place.clone(), (false, row.number));
        place
    }

    fn is_matrix(&self, row: &'t Row) -> bool {
        self.cell(row, "appearance").split_whitespace().any(|word| word == TABLE || word == MATRIX)
    }

    /// All rows as a tree.
    fn tree(&mut self) -> Vec<Node<'t>> {
        let mut open: Vec<(&'t Row, Vec<Node<'t>>)> = Vec::new();
        let mut top = Vec::new();
        for row in &self.source.survey.rows {
            if !self.told.goes_on() {
                return Vec::new();
            }
            if yes_no(&self.source.survey, row, "disabled", self.told) {
                self.note(row, "disabled", SheetNoteCode::DisabledRow, "");
                continue;
            }
            let kind = self.cell(row, "type").to_lowercase().replace(' ', "_");
            match kind.as_str() {
                "begin_group" | "begin_repeat" => {
                    if kind == "begin_repeat" {
                        self.fault(row, "type", SheetFaultCode::UnsupportedType, "repeat");
                    }
                    if open.len() >= MOST_DEPTH {
                        self.fault(row, "type", SheetFaultCode::TooDeep, "");
                        self.told.is_readable = false;
                        return Vec::new();
                    }
                    open.push((row, Vec::new()));
                }
                "end_group" | "end_repeat" => match open.pop() {
                    Some((begin, inside)) => {
                        let inside = self.labelled(inside);
                        open.last_mut().map_or(&mut top, |(_, outside)| outside).push(Node::Group(begin, inside));
                    }
                    None => self.fault(row, "type", SheetFaultCode::NoOpenGroup, ""),
                },
                _ => open.last_mut().map_or(&mut top, |(_, inside)| inside).push(Node::Leaf(row)),
            }
        }
        for (row, _) in open {
            self.fault(row, "type", SheetFaultCode::GroupNotClosed, self.cell(row, "name"));
            self.told.is_readable = false;
        }
        self.labelled(top)
    }

    /// Puts rows with the appearance `list-nolabel` under the row with `label` before them.
    fn labelled(&self, nodes: Vec<Node<'t>>) -> Vec<Node<'t>> {
        let mut found: Vec<Node<'t>> = Vec::new();
        for node in nodes {
            let appearance = match node {
                Node::Leaf(row) => self.cell(row, "appearance"),
                _ => "",
            };
            match (node, found.last_mut()) {
                (Node::Leaf(row), _) if appearance == "label" => found.push(Node::Labelled(row, Vec::new())),
                (node, Some(Node::Labelled(_, rows))) if appearance == "list-nolabel" => rows.push(node),
                (node, _) => found.push(node),
            }
        }
        found
    }

    fn items(&mut self, above: &str, nodes: Vec<Node<'t>>) -> Vec<Item> {
        let mut items = Vec::new();
        for node in nodes {
            if !self.told.goes_on() {
                break;
            }
            let place = format!("{above}/items/{}", items.len());
            let item = match node {
                Node::Leaf(row) => self.leaf(&place, row),
                Node::Labelled(row, rows) => Some(self.matrix(&place, row, rows)),
                Node::Group(row, rows) if self.is_matrix(row) => {
                    self.unused(row, OF_MATRIX);
                    Some(self.matrix(&place, row, rows))
                }
                Node::Group(row, inside) => {
                    self.unused(row, OF_HEADING);
                    self.takes_item(row);
                    let place = self.place(format!("{place}/group"), row);
                    Some(Item::Group(Group {
                        code: self.cell(row, "name").to_owned(),
                        title: self.texts(row, "label"),
                        show_if: self.rule(row, "relevant"),
                        items: self.items(&place, inside),
                    }))
                }
            };
            items.extend(item);
        }
        items
    }

    fn leaf(&mut self, place: &str, row: &'t Row) -> Option<Item> {
        match self.kind(row) {
            Kind::Skipped => None,
            Kind::Note => {
                self.unused(row, OF_HEADING);
                self.takes_item(row);
                self.place(format!("{place}/note"), row);
                Some(Item::Note(Note {
                    code: self.cell(row, "name").to_owned(),
                    text: self.texts(row, "label"),
                    show_if: self.rule(row, "relevant"),
                }))
            }
            Kind::Answer(kind) => {
                self.takes_question(row);
                let place = self.place(format!("{place}/question"), row);
                let read = self.answer(row, kind);
                self.origins_of_options(&format!("{place}/answer/options"), &read);
                self.unsupported(row);
                let mut question = self.question(row);
                question.required = yes_no(&self.source.survey, row, "required", self.told);
                question.constraint = self.constraint(row, read.constraint);
                question.answer = read.answer;
                Some(Item::Question(question))
            }
        }
    }

    /// What questions and matrices have in common.
    fn question(&mut self, row: &'t Row) -> Question {
        let concept = self.cell(row, "concept");
        Question {
            code: self.cell(row, "name").to_owned(),
            label: self.texts(row, "label"),
            hint: self.texts(row, "hint"),
            required: false,
            show_if: self.rule(row, "relevant"),
            constraint: None,
            concept: Some(concept.to_owned()).filter(|concept| !concept.is_empty()),
            sensitivity: self.sensitivity(row),
            answer: AnswerType::Acknowledgement {},
        }
    }

    fn sensitivity(&mut self, row: &'t Row) -> Sensitivity {
        let cell = self.cell(row, "sensitivity");
        match cell.to_lowercase().as_str() {
            "" | "aggregate" => Sensitivity::Aggregate,
            "community" => Sensitivity::Community,
            "secretariat" => Sensitivity::Secretariat,
            _ => {
                self.fault(row, "sensitivity", SheetFaultCode::BadSensitivity, cell);
                Sensitivity::Aggregate
            }
        }
    }

    fn constraint(&mut self, row: &Row, rule: Option<Expression>) -> Option<Constraint> {
        rule.map(|rule| Constraint { rule, message: self.texts(row, "constraint_message") })
    }

    /// A matrix: its heading, and a question for each row.
    fn matrix(&mut self, place: &str, heading: &'t Row, nodes: Vec<Node<'t>>) -> Item {
        self.takes_question(heading);
        let place = self.place(format!("{place}/question"), heading);
        let mut question = self.question(heading);
        let mut rows = Vec::new();
        let mut first: Option<&'t Row> = None;
        let mut cell = AnswerType::Single { options: Vec::new() };
        for node in nodes {
            if !self.told.goes_on() {
                break;
            }
            let (Node::Leaf(row) | Node::Group(row, _) | Node::Labelled(row, _)) = node;
            let kind = if matches!(node, Node::Leaf(_)) { self.kind(row) } else { Kind::Note };
            let Kind::Answer(kind) = kind else {
                if matches!(kind, Kind::Note) {
                    self.fault(row, "type", SheetFaultCode::MixedMatrix, self.cell(row, "name"));
                }
                continue;
            };
            if !self.takes_row(row, rows.len()) {
                break;
            }
            self.place(format!("{place}/answer/rows/{}", rows.len()), row);
            rows.push(MatrixRow { code: self.cell(row, "name").to_owned(), label: self.texts(row, "label") });
            self.of_row(row);
            if let Some(first) = first {
                self.alike(first, row);
                continue;
            }
            first = Some(row);
            self.place(format!("{place}/constraint"), row);
            self.place(format!("{place}/answer/cell"), row);
            let read = self.answer(row, kind);
            self.origins_of_options(&format!("{place}/answer/cell/options"), &read);
            question.required = yes_no(&self.source.survey, row, "required", self.told);
            question.constraint = self.constraint(row, read.constraint);
            cell = read.answer;
        }
        question.answer = AnswerType::Matrix { rows, cell: Box::new(cell) };
        Item::Question(question)
    }

    /// A row of a matrix has no rule, no hint and no concept of its own.
    fn of_row(&mut self, row: &'t Row) {
        self.unsupported(row);
        let cells: Vec<_> = self.source.survey.cells(row).map(|(column, cell)| (column.base.clone(), cell)).collect();
        for (base, cell) in cells {
            let is_default = base == "sensitivity" && cell == "aggregate";
            if matches!(base.as_str(), "relevant" | "hint" | "concept" | "sensitivity") && !is_default {
                self.fault(row, &base, SheetFaultCode::UnsupportedColumn, cell);
            }
        }
    }

    fn alike(&mut self, first: &'t Row, row: &'t Row) {
        let table = &self.source.survey;
        for base in COMMON {
            let cells = |row| {
                let cells = table.cells(row).filter(|(column, _)| column.base == base);
                cells.map(|(column, cell)| (column.header.as_str(), cell)).collect::<Vec<_>>()
            };
            if cells(first) != cells(row) {
                self.fault(row, base, SheetFaultCode::MixedMatrix, self.cell(row, "name"));
            }
        }
    }

    fn origins_of_options(&mut self, place: &str, read: &Read) {
        for (number, row) in read.option_rows.iter().enumerate() {
            self.origins.insert(format!("{place}/{number}"), (true, *row));
        }
    }

    /// Tells cells that would change what is asked.
    fn unsupported(&mut self, row: &'t Row) {
        let table = &self.source.survey;
        for (column, cell) in table.cells(row).filter(|(column, _)| UNSUPPORTED.contains(&column.base.as_str())) {
            let code = SheetFaultCode::UnsupportedColumn;
            self.told.fault(&table.name, row.number, &column.header, code, cell);
        }
    }

    /// Notes cells that a heading has no use for.
    fn unused(&mut self, row: &'t Row, used: &[&str]) {
        self.unsupported(row);
        let table = &self.source.survey;
        for (column, cell) in table.cells(row) {
            let base = column.base.as_str();
            if !used.contains(&base) && !UNSUPPORTED.contains(&base) {
                self.told.note(&table.name, row.number, &column.header, SheetNoteCode::IgnoredCell, cell);
            }
        }
    }
}
