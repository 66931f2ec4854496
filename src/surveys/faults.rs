//! Faults and notes in the reader's language. The crate of questionnaires has codes; their sentences are
//! `survey-fault-<code>` and `survey-note-<code>`.

use questionnaire::Fault;

use super::findings::Findings;
use super::types::QuestionnaireFault;
use crate::i18n::{Catalogue, Language};

/// The prefix of the texts of faults.
const FAULT: &str = "survey-fault";
/// The prefix of the texts of notes.
const NOTE: &str = "survey-note";

/// Puts faults and notes into words.
#[derive(Clone, Copy)]
pub(super) struct Teller<'c> {
    catalogue: &'c Catalogue,
    language: Language,
}

impl<'c> Teller<'c> {
    pub(super) fn new(catalogue: &'c Catalogue, language: Language) -> Self {
        Self { catalogue, language }
    }

    /// The faults of a draft.
    pub(super) fn of_draft(self, faults: Vec<Fault>) -> Vec<QuestionnaireFault> {
        let told = |fault: Fault| QuestionnaireFault {
            place: fault.place,
            code: fault.code.as_str(),
            detail: self.words(FAULT, fault.code.as_str()),
            value: fault.detail,
            nearest: fault.nearest,
        };
        faults.into_iter().map(told).collect()
    }

    /// The same findings with their sentences.
    pub(super) fn told(self, mut findings: Findings) -> Findings {
        for fault in &mut findings.faults {
            fault.detail = self.words(FAULT, &fault.code);
        }
        for note in &mut findings.notes {
            note.detail = self.words(NOTE, &note.code);
        }
        findings
    }

    fn words(self, family: &str, code: &str) -> String {
        self.catalogue.words(self.language, family, code)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use questionnaire::FaultCode;
    use questionnaire::xlsform::{SheetFaultCode, SheetNoteCode};

    #[test]
    fn every_code_has_a_sentence_in_each_language_and_no_other_has_one() {
        let catalogue = Catalogue::load().unwrap();
        let faults = FaultCode::ALL.iter().map(|code| code.as_str());
        let of_sheets = SheetFaultCode::ALL.iter().map(|code| code.as_str());
        let faults: Vec<String> = faults.chain(of_sheets).map(|code| format!("{FAULT}-{code}")).collect();
        let notes = SheetNoteCode::ALL.iter().map(|code| format!("{NOTE}-{code}"));
        let keys: BTreeSet<String> = faults.iter().cloned().chain(notes).collect();
        for (language, source) in [
            (Language::En, include_str!("../../locales/pages/en/surveys.ftl")),
            (Language::Fr, include_str!("../../locales/pages/fr/surveys.ftl")),
        ] {
            for key in &keys {
                assert_ne!(catalogue.text(language, key, &[]), *key, "{key} in {language}");
            }
            let texts = source.lines().filter_map(|line| line.split_once(" =")).map(|(key, _)| key);
            let texts = texts.filter(|key| key.starts_with(FAULT) || key.starts_with(NOTE));
            assert_eq!(texts.map(str::to_owned).collect::<BTreeSet<_>>(), keys, "{language}");
        }
        assert!(catalogue.faults().is_empty(), "a sentence stands alone, without values");
    }
}
