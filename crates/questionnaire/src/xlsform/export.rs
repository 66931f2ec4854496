//! From a questionnaire to sheets. Own columns hold what `XLSForm` has no place for; other programs pass over them.

use std::collections::BTreeMap;

use super::answers::bounds;
use super::headers::spelt;
use super::{LONG, MATRIX, SCALE, Sheet, TABLE, Workbook};
use crate::expression::Expression;
use crate::model::{AnswerType, Choice, Item, MatrixRow, Question, Questionnaire, Sensitivity, Texts};

/// The columns of the sheet `survey`; those with texts are there once per language.
const SURVEY: [(&str, bool); 15] = [
    ("type", false),
    ("name", false),
    ("label", true),
    ("hint", true),
    ("required", false),
    ("relevant", false),
    ("constraint", false),
    ("constraint_message", true),
    ("appearance", false),
    ("parameters", false),
    ("concept", false),
    ("sensitivity", false),
    ("unit", true),
    ("least", false),
    ("most", false),
];
const CHOICES: [(&str, bool); 4] = [("list_name", false), ("name", false), ("label", true), ("exclusive", false)];

/// A row by column and language.
#[derive(Default)]
struct Line(BTreeMap<(&'static str, String), String>);

impl Line {
    fn with(mut self, column: &'static str, value: impl Into<String>) -> Self {
        self.0.insert((column, String::new()), value.into());
        self
    }

    fn with_texts(mut self, column: &'static str, texts: &Texts) -> Self {
        self.0.extend(texts.iter().map(|(language, text)| ((column, language.clone()), text.clone())));
        self
    }

    fn with_rule(self, column: &'static str, rule: Option<&Expression>) -> Self {
        match rule {
            Some(rule) => self.with(column, rule.to_string()),
            None => self,
        }
    }
}

struct Export<'q> {
    lines: Vec<Line>,
    lists: Vec<(String, &'q [Choice])>,
}

/// Writes sheets.
pub fn export(questionnaire: &Questionnaire) -> Workbook {
    let mut export = Export { lines: Vec::new(), lists: Vec::new() };
    for section in &questionnaire.sections {
        export.begin(&section.code, &section.title, section.show_if.as_ref());
        export.items(&section.items);
        export.end();
    }
    let choice = |list: &str, choice: &Choice| {
        let line =
            Line::default().with("list_name", list).with("name", &choice.code).with_texts("label", &choice.label);
        if choice.is_exclusive { line.with("exclusive", "yes") } else { line }
    };
    let choices =
        export.lists.iter().flat_map(|(list, options)| options.iter().map(move |option| choice(list, option)));
    let choices: Vec<Line> = choices.collect();
    let languages = &questionnaire.languages;
    let sheet = |name: &str, columns: &[(&str, bool)], lines| Sheet {
        name: name.to_owned(),
        rows: rows(languages, columns, lines),
    };
    Workbook {
        sheets: vec![
            sheet("survey", &SURVEY, &export.lines),
            sheet("choices", &CHOICES, &choices),
            Sheet { name: "settings".to_owned(), rows: settings(questionnaire) },
        ],
    }
}

fn rows(languages: &[String], columns: &[(&str, bool)], lines: &[Line]) -> Vec<Vec<String>> {
    let mut keys: Vec<(&str, String)> = Vec::new();
    let mut headers = Vec::new();
    for (column, has_languages) in columns {
        if *has_languages {
            headers.extend(languages.iter().map(|language| format!("{column}::{}", spelt(language))));
            keys.extend(languages.iter().map(|language| (*column, language.clone())));
        } else {
            headers.push((*column).to_owned());
            keys.push((*column, String::new()));
        }
    }
    let row = |line: &Line| {
        let cell = |key: &(&str, String)| line.0.iter().find(|(known, _)| known.0 == key.0 && known.1 == key.1);
        keys.iter().map(|key| cell(key).map(|(_, value)| value.clone()).unwrap_or_default()).collect()
    };
    std::iter::once(headers.clone()).chain(lines.iter().map(row)).collect()
}

fn settings(questionnaire: &Questionnaire) -> Vec<Vec<String>> {
    let title = |language: &String| questionnaire.title.get(language).cloned().unwrap_or_default();
    let default = questionnaire.languages.first();
    let mut settings = vec![
        ("form_title".to_owned(), default.map(title).unwrap_or_default()),
        ("form_id".to_owned(), "questionnaire".to_owned()),
        // The root of the form, whose name no question can have.
        ("name".to_owned(), "_questionnaire".to_owned()),
        ("default_language".to_owned(), default.map(|language| spelt(language)).unwrap_or_default()),
    ];
    let others = questionnaire.languages.iter().skip(1);
    settings.extend(others.map(|language| (format!("title_{language}"), title(language))));
    let (headers, values) = settings.into_iter().unzip();
    vec![headers, values]
}

impl<'q> Export<'q> {
    fn begin(&mut self, code: &str, title: &Texts, rule: Option<&Expression>) {
        let line = Line::default().with("type", "begin_group").with("name", code).with_texts("label", title);
        self.lines.push(line.with_rule("relevant", rule));
    }

    fn end(&mut self) {
        self.lines.push(Line::default().with("type", "end_group"));
    }

    fn items(&mut self, items: &'q [Item]) {
        for item in items {
            match item {
                Item::Note(note) => {
                    let line = Line::default().with("type", "note").with("name", &note.code);
                    self.lines.push(line.with_texts("label", &note.text).with_rule("relevant", note.show_if.as_ref()));
                }
                Item::Group(group) => {
                    self.begin(&group.code, &group.title, group.show_if.as_ref());
                    self.items(&group.items);
                    self.end();
                }
                Item::Question(question) => match &question.answer {
                    AnswerType::Matrix { rows, cell } => self.matrix(question, rows, cell),
                    answer => {
                        let line = heading(Line::default(), question);
                        let line = self.answered(line, question, answer);
                        self.lines.push(line);
                    }
                },
            }
        }
    }

    fn matrix(&mut self, question: &'q Question, rows: &'q [MatrixRow], cell: &'q AnswerType) {
        let appearance = if cell.options().is_some() { TABLE } else { MATRIX };
        self.lines.push(heading(Line::default().with("type", "begin_group").with("appearance", appearance), question));
        for row in rows {
            let line = Line::default().with("name", &row.code).with_texts("label", &row.label);
            let line = self.answered(line, question, cell);
            self.lines.push(line);
        }
        self.end();
    }

    /// What is answered, and what answers must hold.
    fn answered(&mut self, line: Line, question: &'q Question, answer: &'q AnswerType) -> Line {
        let mut line = line;
        if question.required {
            line = line.with("required", "yes");
        }
        if let Some(constraint) = &question.constraint {
            line = line.with_texts("constraint_message", &constraint.message);
        }
        line = line.with_rule("constraint", constraint(question, answer).as_ref());
        match answer {
            AnswerType::Single { options } => line.with("type", format!("select_one {}", self.list(question, options))),
            AnswerType::Multiple { options } => {
                line.with("type", format!("select_multiple {}", self.list(question, options)))
            }
            AnswerType::Scale { options } => {
                line.with("type", format!("select_one {}", self.list(question, options))).with("appearance", SCALE)
            }
            AnswerType::Integer { least, most, unit } => {
                bounded(line.with("type", "integer"), least.as_ref(), most.as_ref()).with_texts("unit", unit)
            }
            AnswerType::Decimal { least, most, unit } => {
                bounded(line.with("type", "decimal"), least.as_ref(), most.as_ref()).with_texts("unit", unit)
            }
            AnswerType::Range { start, end, step } => {
                line.with("type", "range").with("parameters", format!("start={start} end={end} step={step}"))
            }
            AnswerType::Text { most_characters, is_long } => {
                let line = bounded(line.with("type", "text"), None::<&u32>, most_characters.as_ref());
                if *is_long { line.with("appearance", LONG) } else { line }
            }
            AnswerType::Date {} => line.with("type", "date"),
            AnswerType::File {} => line.with("type", "file"),
            AnswerType::Acknowledgement {} => line.with("type", "acknowledge"),
            // Matrices have no matrices.
            AnswerType::Matrix { .. } => line,
        }
    }

    /// The name of a list; questions with the same options share one.
    fn list(&mut self, question: &Question, options: &'q [Choice]) -> String {
        if let Some((name, _)) = self.lists.iter().find(|(_, known)| *known == options) {
            return name.clone();
        }
        self.lists.push((question.code.clone(), options));
        question.code.clone()
    }
}

fn heading(line: Line, question: &Question) -> Line {
    let sensitivity = match question.sensitivity {
        Sensitivity::Aggregate => "aggregate",
        Sensitivity::Community => "community",
        Sensitivity::Secretariat => "secretariat",
    };
    let line =
        line.with("name", &question.code).with_texts("label", &question.label).with_texts("hint", &question.hint);
    let line = line.with_rule("relevant", question.show_if.as_ref()).with("sensitivity", sensitivity);
    match &question.concept {
        Some(concept) => line.with("concept", concept),
        None => line,
    }
}

fn bounded(mut line: Line, least: Option<&impl ToString>, most: Option<&impl ToString>) -> Line {
    if let Some(least) = least {
        line = line.with("least", least.to_string());
    }
    if let Some(most) = most {
        line = line.with("most", most.to_string());
    }
    line
}

/// The constraint with the bounds of the type in front; without them where it would become too long to be read.
fn constraint(question: &Question, answer: &AnswerType) -> Option<Expression> {
    let own = question.constraint.as_ref().map(|constraint| &constraint.rule);
    let mut parts = bounds(answer);
    match own {
        Some(Expression::All(rules)) => parts.extend(rules.iter().cloned()),
        Some(rule) => parts.push(rule.clone()),
        None => {}
    }
    if parts.len() < 2 {
        return parts.pop();
    }
    let whole = Expression::All(parts);
    if whole.to_string().parse::<Expression>().is_ok() { Some(whole) } else { own.cloned() }
}
