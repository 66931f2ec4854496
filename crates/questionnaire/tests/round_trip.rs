//! What goes out as sheets comes back as it was, for questionnaires of all shapes.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by a panic")]

use std::collections::BTreeSet;

use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::{Index, select, subsequence};
use questionnaire::xlsform::{export, import};
use questionnaire::{
    AnswerType, Choice, Constraint, Group, Item, MatrixRow, Note, Question, Questionnaire, Section, Sensitivity, Texts,
    check,
};

const LANGUAGES: [&str; 5] = ["en", "fr", "pt-BR", "zh-Hant", "sw"];

/// A text as people write it, with all that sheets could mistake: quotes, signs, lines, numbers.
fn text() -> impl Strategy<Value = String> {
    "[A-Za-zé漢0-9=+@'\"|{}$.-]([A-Za-zé漢 \n,;:’{}()=|-]{0,12}[A-Za-z0-9!?)])?"
        .prop_filter("a reference", |text| !text.contains("${"))
}

/// A text in all languages; those that the questionnaire does not have are dropped later.
fn texts() -> impl Strategy<Value = Texts> {
    vec(text(), LANGUAGES.len()).prop_map(|texts| LANGUAGES.map(str::to_owned).into_iter().zip(texts).collect())
}

fn unit() -> impl Strategy<Value = Texts> {
    prop_oneof![Just(Texts::new()), texts()]
}

fn options(least: usize, can_be_exclusive: bool) -> impl Strategy<Value = Vec<Choice>> {
    let codes = subsequence(vec!["yes", "no", "b1", "2", "03", "x.y", "z-1", "True"], least..5);
    (codes, vec((texts(), any::<bool>()), 5)).prop_map(move |(codes, rest)| {
        let choice = |(code, (label, is)): (&str, _)| Choice {
            code: code.to_owned(),
            label,
            is_exclusive: is && can_be_exclusive,
        };
        codes.into_iter().zip(rest).map(choice).collect()
    })
}

fn tenths(number: i32) -> String {
    format!("{}{}.{}", if number < 0 { "-" } else { "" }, number.abs() / 10, number.abs() % 10)
}

fn cell() -> impl Strategy<Value = AnswerType> {
    let least = || of(-50..0_i64);
    let most = || of(select(vec![0_i64, 7, 9_007_199_254_740_991]));
    let decimal = |strategy: std::ops::Range<i32>| of(strategy.prop_map(|number| tenths(number).parse().unwrap()));
    prop_oneof![
        options(1, false).prop_map(|options| AnswerType::Single { options }),
        options(1, true).prop_map(|options| AnswerType::Multiple { options }),
        options(2, false).prop_map(|options| AnswerType::Scale { options }),
        (least(), most(), unit()).prop_map(|(least, most, unit)| AnswerType::Integer { least, most, unit }),
        (decimal(-500..0), decimal(0..500), unit()).prop_map(|(least, most, unit)| AnswerType::Decimal {
            least,
            most,
            unit
        }),
        (-50..50_i32, 1..9_i32, 1..9_i32).prop_map(|(start, step, count)| AnswerType::Range {
            start: tenths(start).parse().unwrap(),
            end: tenths(start + step * count).parse().unwrap(),
            step: tenths(step).parse().unwrap(),
        }),
        (of(1..10_000_u32), any::<bool>())
            .prop_map(|(most_characters, is_long)| AnswerType::Text { most_characters, is_long }),
        Just(AnswerType::Date {}),
        Just(AnswerType::File {}),
        Just(AnswerType::Acknowledgement {}),
    ]
}

fn answer() -> impl Strategy<Value = AnswerType> {
    let rows = vec(texts().prop_map(|label| MatrixRow { code: String::new(), label }), 1..4);
    let matrix = (rows, cell()).prop_map(|(rows, cell)| AnswerType::Matrix { rows, cell: Box::new(cell) });
    prop_oneof![4 => cell(), 1 => matrix]
}

/// What rules are made of, before it is known which questions are earlier.
type Pick = Option<(Index, u8)>;

fn pick() -> impl Strategy<Value = Pick> {
    of(any::<(Index, u8)>())
}

#[derive(Clone, Debug)]
enum Draft {
    Note(Texts, Pick),
    Question(Box<Question>, Pick, Pick),
    Group(Texts, Pick, Vec<Draft>),
}

fn item() -> impl Strategy<Value = Draft> {
    let sensitivity = select(vec![Sensitivity::Aggregate, Sensitivity::Community, Sensitivity::Secretariat]);
    let question = (texts(), unit(), any::<bool>(), any::<bool>(), sensitivity, answer(), pick(), pick(), texts());
    let question =
        question.prop_map(|(label, hint, required, has_concept, sensitivity, answer, show_if, rule, message)| {
            let constraint = rule.is_some().then(|| Constraint { rule: "true()".parse().unwrap(), message });
            let concept = has_concept.then(String::new);
            let code = String::new();
            let question =
                Question { code, label, hint, required, show_if: None, constraint, concept, sensitivity, answer };
            Draft::Question(Box::new(question), show_if, rule)
        });
    prop_oneof![1 => (texts(), pick()).prop_map(|(text, rule)| Draft::Note(text, rule)), 6 => question]
}

fn questionnaires() -> impl Strategy<Value = Questionnaire> {
    let group = (texts(), pick(), vec(item(), 1..4)).prop_map(|(title, rule, items)| Draft::Group(title, rule, items));
    let items = vec(prop_oneof![5 => item(), 1 => group], 1..5);
    let languages = subsequence(LANGUAGES.to_vec(), 1..4).prop_shuffle();
    (languages, texts(), vec((texts(), pick(), items), 1..4)).prop_map(|(languages, title, sections)| {
        let languages: Vec<String> = languages.into_iter().map(str::to_owned).collect();
        let mut writer = Writer { languages: languages.clone(), number: 0, earlier: Vec::new() };
        let title = writer.texts(title);
        let section = |(title, rule, items): (Texts, Pick, Vec<Draft>)| Section {
            code: writer.code("Section"),
            title: writer.texts(title),
            show_if: writer.rule(rule),
            items: writer.items(items),
        };
        let sections = sections.into_iter().map(section).collect();
        Questionnaire { languages, title, sections }
    })
}

/// Gives codes, and writes rules about what was asked before.
struct Writer {
    languages: Vec<String>,
    number: usize,
    earlier: Vec<(String, AnswerType)>,
}

impl Writer {
    fn code(&mut self, start: &str) -> String {
        self.number += 1;
        format!("{start}{}{}", ["_", "-", "."][self.number % 3], self.number)
    }

    fn texts(&self, mut texts: Texts) -> Texts {
        texts.retain(|language, _| self.languages.contains(language));
        texts
    }

    fn rule(&self, pick: Pick) -> Option<questionnaire::Expression> {
        let (index, kind) = pick?;
        if self.earlier.is_empty() {
            return Some("not(false())".parse().unwrap());
        }
        let (code, answer) = &self.earlier[index.index(self.earlier.len())];
        let atom = atom(&format!("${{{code}}}"), answer, kind);
        let rule = match kind % 4 {
            0 => atom,
            1 => format!("not({atom}) or {atom} and true()"),
            2 => format!("({atom} or ${{{code}}} = '') and string-length(${{{code}}}) > 1 - -2 * (3 + 0.5)"),
            _ => format!("count-selected(${{{code}}}) mod 2 = 1 or ${{{code}}} != \"\""),
        };
        Some(rule.parse().unwrap())
    }

    fn items(&mut self, drafts: Vec<Draft>) -> Vec<Item> {
        drafts.into_iter().map(|draft| self.item(draft)).collect()
    }

    fn item(&mut self, draft: Draft) -> Item {
        match draft {
            Draft::Note(text, rule) => {
                Item::Note(Note { code: self.code("note"), text: self.texts(text), show_if: self.rule(rule) })
            }
            Draft::Group(title, rule, items) => Item::Group(Group {
                code: self.code("group"),
                title: self.texts(title),
                show_if: self.rule(rule),
                items: self.items(items),
            }),
            Draft::Question(mut question, show_if, rule) => {
                question.code = self.code("q");
                question.label = self.texts(question.label);
                question.hint = self.texts(question.hint);
                question.show_if = self.rule(show_if);
                question.concept = question.concept.map(|_| self.code("concept"));
                let other = self.rule(rule);
                let mut answers = Vec::new();
                self.answer(&question.code, &mut question.answer, &mut answers);
                question.constraint = question.constraint.map(|constraint| {
                    let own = atom(".", &answers[0].1, rule.unwrap().1);
                    let rule = match rule.unwrap().1 % 3 {
                        0 => own,
                        1 => format!("{own} or {}", other.unwrap()),
                        _ => format!("{own} and . != '' and ({})", other.unwrap()),
                    };
                    Constraint { rule: rule.parse().unwrap(), message: self.texts(constraint.message) }
                });
                self.earlier.extend(answers);
                Item::Question(*question)
            }
        }
    }

    fn answer(&mut self, code: &str, answer: &mut AnswerType, answers: &mut Vec<(String, AnswerType)>) {
        match answer {
            AnswerType::Single { options } | AnswerType::Multiple { options } | AnswerType::Scale { options } => {
                for option in options {
                    option.label = self.texts(option.label.clone());
                }
            }
            AnswerType::Integer { unit, .. } | AnswerType::Decimal { unit, .. } => *unit = self.texts(unit.clone()),
            AnswerType::Matrix { rows, cell } => {
                let mut of_cell = Vec::new();
                self.answer(code, cell, &mut of_cell);
                for row in rows {
                    row.code = self.code("row");
                    row.label = self.texts(row.label.clone());
                    answers.push((row.code.clone(), (**cell).clone()));
                }
                return;
            }
            _ => {}
        }
        answers.push((code.to_owned(), answer.clone()));
    }
}

/// A comparison of an answer that is right for its type.
fn atom(code: &str, answer: &AnswerType, kind: u8) -> String {
    let kind = usize::from(kind);
    match answer {
        AnswerType::Single { options } | AnswerType::Multiple { options } | AnswerType::Scale { options } => {
            let option = &options[kind % options.len()].code;
            if kind.is_multiple_of(2) {
                format!("{code} = '{option}'")
            } else {
                format!("selected({code}, '{option}')")
            }
        }
        AnswerType::Integer { .. } | AnswerType::Decimal { .. } | AnswerType::Range { .. } => {
            format!("{code} >= {kind}.50")
        }
        AnswerType::Text { .. } => format!("string-length({code}) <= {kind}"),
        AnswerType::Acknowledgement {} => format!("{code} = 'OK'"),
        _ => format!("{code} != '2024-01-01'"),
    }
}

/// Any cell, or one that means something.
const CELL: &str = "(type|name|label::en|label|begin_group|end_group|select_one a|integer|\\$\\{q\\}|[ -~é\u{0}]{0,9})";

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sheets_hold_all_of_a_questionnaire(questionnaire in questionnaires()) {
        prop_assert_eq!(check(&questionnaire), vec![]);
        let workbook = export(&questionnaire);
        let again = import(&workbook, &|| true).unwrap();
        prop_assert_eq!(again.faults, vec![]);
        let written = serde_json::to_value(again.questionnaire.as_ref()).unwrap();
        prop_assert_eq!(written, serde_json::to_value(&questionnaire).unwrap());
        prop_assert_eq!(export(&again.questionnaire.unwrap()), workbook);
        // As JSON it comes back as well.
        let text = serde_json::to_string(&questionnaire).unwrap();
        prop_assert_eq!(serde_json::from_str::<Questionnaire>(&text).unwrap(), questionnaire);
    }

    #[test]
    fn no_sheets_hurt(cells in vec(vec(CELL, 0..6), 0..8)) {
        let sheet = |name: &str| questionnaire::xlsform::Sheet { name: name.to_owned(), rows: cells.clone() };
        let sheets = ["survey", "choices", "settings"].map(sheet).into();
        let read = import(&questionnaire::xlsform::Workbook { sheets }, &|| true).unwrap();
        let places: BTreeSet<_> = read.faults.iter().map(|fault| (fault.row, fault.column.clone())).collect();
        prop_assert!(places.iter().all(|(row, _)| *row >= 1 && *row <= cells.len().max(1)), "{places:?}");
        prop_assert!(read.questionnaire.is_some() || !read.faults.is_empty());
    }
}
