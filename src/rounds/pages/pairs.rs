//! The tables of two questions that a round declares, by what is asked instead of by codes.

use questionnaire::{Question, Questionnaire};

use super::super::Pair;
use crate::question_forms::Tongue;
use crate::web::{Page, Shown, Table};

/// Most questions that are listed with their codes: of a longer questionnaire the pages of the version have them.
const MOST: usize = 60;

/// Which questions are divided by which, in the words of the questionnaire.
pub(super) fn in_words(page: &Page, questionnaire: &Questionnaire, pairs: &[Pair]) -> String {
    let tongue = Tongue::new(questionnaire, page.lang(), page.lang());
    let label = |is_meant: &dyn Fn(&Question) -> bool, code: &str| {
        let found = questionnaire.questions().map(|(_, question)| question).find(|question| is_meant(question));
        found.map_or_else(|| code.to_owned(), |question| tongue.said_or(&question.label, code).text)
    };
    let told = |pair: &Pair| {
        let question = label(&|question| question.code == pair.question, &pair.question);
        let other = label(&|question| question.concept.as_ref() == Some(&pair.concept), &pair.concept);
        let parts = [("question", question), ("other", other)];
        page.text_with("round-pair", &parts)
    };
    pairs.iter().map(told).collect::<Vec<_>>().join("; ")
}

/// The questions of a version with the codes that the form of a round wants; none of a long questionnaire.
pub(super) fn codes(page: &Page, questionnaire: &Questionnaire) -> Table {
    let tongue = Tongue::new(questionnaire, page.lang(), page.lang());
    let mut table = Table::new(page, "round-codes", &["question", "question-code", "concept"]);
    if questionnaire.questions().count() > MOST {
        return table;
    }
    for (_, question) in questionnaire.questions() {
        table.push(vec![
            Shown::text(tongue.said_or(&question.label, &question.code).text),
            Shown::code(&question.code),
            Shown::code(question.concept.as_deref().unwrap_or_default()),
        ]);
    }
    table
}
