//! Codebooks as DDI-Codebook 2.5, the form in which archives of surveys keep them.
//!
//! A document describes the version: its title in all languages, whom it asks, how counts are protected, the file with
//! one row for each respondent, its columns, and which of them belong together.

use std::fmt::Write as _;

use questionnaire::Texts;
use questionnaire::codebook::{Form, SetKind, VariableSet};

use super::{Category, Described, Document, Words};
use crate::surveys::types::SurveyAudience;
use crate::text::xml::escaped;

/// The namespace of version 2.5.
const NAMESPACE: &str = "ddi:codebook:2_5";
/// The id of the file with the answers.
const FILE: &str = "F1";

/// The document.
pub(super) fn xml(document: &Document<'_>, words: &Words<'_>) -> String {
    let mut xml = Xml { text: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n".to_owned() };
    xml.within("codeBook", &[("xmlns", NAMESPACE), ("version", "2.5")], |xml| {
        xml.within("docDscr", &[], |xml| about_document(xml, document));
        xml.within("stdyDscr", &[], |xml| about_survey(xml, document, words));
        xml.within("fileDscr", &[("ID", FILE)], |xml| about_file(xml, document));
        xml.within("dataDscr", &[], |xml| {
            sections(xml, document);
            document.sets.iter().for_each(|set| of_set(xml, set));
            document.variables.iter().for_each(|described| of_variable(xml, described));
        });
    });
    xml.text
}

fn about_document(xml: &mut Xml, document: &Document<'_>) {
    let day = day(document);
    xml.within("citation", &[], |xml| {
        xml.within("titlStmt", &[], |xml| titles(xml, document));
        xml.within("prodStmt", &[], |xml| {
            xml.leaf("prodDate", &[("date", &day)], &day);
            xml.leaf("software", &[("version", env!("CARGO_PKG_VERSION"))], env!("CARGO_PKG_NAME"));
        });
    });
}

fn about_survey(xml: &mut Xml, document: &Document<'_>, words: &Words<'_>) {
    let (number, day) = (document.version.to_string(), day(document));
    xml.within("citation", &[], |xml| {
        xml.within("titlStmt", &[], |xml| {
            titles(xml, document);
            xml.leaf("IDNo", &[], &format!("{}-{number}", document.survey));
            if let Some(sha256) = document.sha256 {
                xml.leaf("IDNo", &[("agency", "SHA-256")], sha256);
            }
        });
        xml.within("rspStmt", &[], |xml| xml.texts("AuthEnty", &words.texts("survey-codebook-author")));
        xml.within("verStmt", &[], |xml| xml.leaf("version", &[("date", &day)], &number));
    });
    xml.within("stdyInfo", &[], |xml| {
        xml.within("sumDscr", &[], |xml| {
            xml.texts("anlyUnit", &words.texts("survey-codebook-unit"));
            let universe = match document.audience {
                SurveyAudience::Member => "survey-codebook-members",
                SurveyAudience::Partner => "survey-codebook-partners",
            };
            xml.texts("universe", &words.texts(universe));
            xml.texts("dataKind", &words.texts("survey-codebook-kind"));
        });
    });
    xml.within("method", &[], |xml| {
        xml.within("dataColl", &[], |xml| {
            xml.texts("sampProc", &words.texts("survey-codebook-sampling"));
            xml.texts("collMode", &words.texts("survey-codebook-mode"));
        });
    });
    xml.within("dataAccs", &[], |xml| {
        xml.within("useStmt", &[], |xml| xml.texts("confDec", &words.texts("survey-codebook-confidential")));
    });
}

fn about_file(xml: &mut Xml, document: &Document<'_>) {
    xml.within("fileTxt", &[], |xml| {
        xml.leaf("fileName", &[], &format!("{}-{}", document.survey, document.version));
        xml.within("dimensns", &[], |xml| xml.leaf("varQnty", &[], &document.variables.len().to_string()));
        xml.leaf("fileType", &[("charset", "UTF-8")], "text/csv");
    });
}

/// The sections, as groups of columns.
fn sections(xml: &mut Xml, document: &Document<'_>) {
    for (number, section) in document.sections.iter().enumerate() {
        let of_section = document.variables.iter().filter(|described| described.variable.section == section.code);
        let ids: Vec<&str> = of_section.map(|described| described.variable.id.as_str()).collect();
        if !ids.is_empty() {
            let (id, ids) = (format!("S{:04}", number + 1), ids.join(" "));
            let attributes = [("ID", id.as_str()), ("type", "section"), ("var", &ids), ("name", section.code)];
            xml.within("varGrp", &attributes, |xml| xml.texts("labl", section.title));
        }
    }
}

fn of_set(xml: &mut Xml, set: &VariableSet<'_>) {
    let kind = match set.kind {
        SetKind::Multiple => "multipleResp",
        SetKind::Matrix => "grid",
    };
    let (ids, name) = (set.variables.join(" "), set.row.unwrap_or(set.question));
    let attributes = [("ID", set.id.as_str()), ("type", kind), ("var", &ids), ("name", name)];
    xml.within("varGrp", &attributes, |xml| xml.texts("labl", set.label));
}

fn of_variable(xml: &mut Xml, described: &Described<'_>) {
    let of = &described.variable;
    let interval = match of.form {
        Form::Decimal => "contin",
        _ => "discrete",
    };
    let attributes = [
        ("ID", of.id.as_str()),
        ("name", &of.name),
        ("files", FILE),
        ("intrvl", interval),
        ("nature", of.measure.as_str()),
        ("representationType", representation(of.form)),
    ];
    xml.within("var", &attributes, |xml| {
        xml.texts("labl", &label(described));
        xml.leaf("security", &[], of.sensitivity.as_str());
        xml.within("qstn", &[], |xml| xml.texts("qstnLit", of.question_label));
        range(xml, described);
        xml.texts("universe", &described.condition);
        described.values.iter().for_each(|value| of_value(xml, value));
        if let Some(concept) = of.concept {
            xml.leaf("concept", &[], concept);
        }
        let is_number = matches!(of.form, Form::Flag | Form::Integer | Form::Decimal);
        let kind = if is_number { "numeric" } else { "character" };
        let category = if of.form == Form::Date { "date" } else { "other" };
        xml.leaf("varFormat", &[("type", kind), ("category", category)], "");
    });
}

/// The row and the option in words, or the question.
fn label(described: &Described<'_>) -> Texts {
    let of = &described.variable;
    let parts = match (of.row_label, of.option_label) {
        (None, None) => vec![of.question_label],
        (row, option) => row.into_iter().chain(option).collect(),
    };
    let mut label = Texts::new();
    for (language, text) in parts.into_iter().flatten() {
        let told = label.entry(language.clone()).or_default();
        if !told.is_empty() {
            told.push_str(" – ");
        }
        told.push_str(text);
    }
    label
}

fn representation(form: Form) -> &'static str {
    match form {
        Form::Code | Form::Flag => "code",
        Form::Integer | Form::Decimal => "numeric",
        Form::Text | Form::File => "text",
        Form::Date => "datetime",
    }
}

fn range(xml: &mut Xml, described: &Described<'_>) {
    let of = &described.variable;
    if of.least.is_none() && of.most.is_none() {
        return;
    }
    let mut attributes = vec![("UNITS", if of.form == Form::Integer { "INT" } else { "REAL" })];
    attributes.extend(of.least.as_deref().map(|least| ("min", least)));
    attributes.extend(of.most.as_deref().map(|most| ("max", most)));
    xml.within("valrng", &[], |xml| xml.leaf("range", &attributes, ""));
}

fn of_value(xml: &mut Xml, value: &Category<'_>) {
    let attributes: &[(&str, &str)] = if value.is_missing { &[("missing", "Y")] } else { &[] };
    xml.within("catgry", attributes, |xml| {
        xml.leaf("catValu", &[], value.code);
        xml.texts("labl", &value.label);
    });
}

/// The title in the default language, and beside it in the others.
fn titles(xml: &mut Xml, document: &Document<'_>) {
    let named = document.languages.iter().filter_map(|language| document.title.get_key_value(language));
    for (number, (language, title)) in named.enumerate() {
        xml.leaf(if number == 0 { "titl" } else { "parTitl" }, &[("xml:lang", language)], title);
    }
}

/// The day on which the version was changed last.
fn day(document: &Document<'_>) -> String {
    document.changed_at.to_string().chars().take_while(|c| *c != 'T').collect()
}

/// Elements, one a line.
struct Xml {
    text: String,
}

impl Xml {
    fn open(&mut self, tag: &str, attributes: &[(&str, &str)]) {
        let _ = write!(self.text, "<{tag}");
        for (name, value) in attributes {
            let _ = write!(self.text, " {name}=\"{}\"", escaped(value));
        }
        self.text.push('>');
    }

    /// An element with a text.
    fn leaf(&mut self, tag: &str, attributes: &[(&str, &str)], text: &str) {
        self.open(tag, attributes);
        let _ = writeln!(self.text, "{}</{tag}>", escaped(text));
    }

    /// An element for each language.
    fn texts(&mut self, tag: &str, texts: &Texts) {
        for (language, text) in texts {
            self.leaf(tag, &[("xml:lang", language)], text);
        }
    }

    /// An element with elements.
    fn within(&mut self, tag: &str, attributes: &[(&str, &str)], content: impl FnOnce(&mut Self)) {
        self.open(tag, attributes);
        self.text.push('\n');
        content(self);
        let _ = writeln!(self.text, "</{tag}>");
    }
}
