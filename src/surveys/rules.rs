//! Decisions about surveys: what a new one must have, who sees what, and when a plan may become a draft.

use std::collections::HashMap;

use questionnaire::Fault;

use super::types::{
    GivenSurvey, NewSurvey, PlanRow, Survey, SurveyAudience, SurveyCommit, SurveyRow, Titles, VersionRow, VersionState,
};
use crate::db::Id;
use crate::error::{Error, FieldCode, FieldError, FieldErrors, ProblemCode};
use crate::i18n::Language;
use crate::policy::{self, Principal};
use crate::text;
use crate::time::Timestamp;

/// Longest code of a survey.
pub const MAX_CODE: usize = 32;
/// Longest title of a survey.
pub const MAX_TITLE: usize = 200;

/// What a reader may see.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reach {
    /// Drafts, and surveys without a published version.
    pub(super) drafts: bool,
    members: bool,
    partners: bool,
}

impl Reach {
    /// That of a person.
    pub(super) fn of(reader: &Principal) -> Self {
        Self {
            drafts: policy::reads_drafts_of_surveys(reader),
            members: policy::reads_surveys_of_members(reader),
            partners: policy::reads_surveys_of_partners(reader),
        }
    }

    /// Whether surveys of this audience are seen once they are published.
    pub(super) fn sees(self, audience: SurveyAudience) -> bool {
        match audience {
            SurveyAudience::Member => self.members,
            SurveyAudience::Partner => self.partners,
        }
    }

    /// Whether a version is seen.
    pub(super) fn sees_version(self, audience: SurveyAudience, state: VersionState) -> bool {
        self.sees(audience) && (self.drafts || state == VersionState::Published)
    }
}

/// The surveys that are seen. `numbers` are those of all versions, in ascending order for each survey.
pub(super) fn views(rows: &[SurveyRow], numbers: &[(Id, i32, VersionState)], reach: Reach) -> Vec<Survey> {
    // The last of each survey and state is the newest.
    let newest: HashMap<(Id, VersionState), i32> =
        numbers.iter().map(|(of, number, state)| ((*of, *state), *number)).collect();
    let newest = |survey: Id, state: VersionState| newest.get(&(survey, state)).copied();
    let twin = |row: &SurveyRow| {
        let is_twin = |other: &&SurveyRow| row.paired_with == Some(other.id) || other.paired_with == Some(row.id);
        let is_seen = |other: &&SurveyRow| {
            reach.sees(other.audience) && (reach.drafts || newest(other.id, VersionState::Published).is_some())
        };
        rows.iter().find(is_twin).filter(is_seen).map(|other| other.code.clone())
    };
    let view = |row: &SurveyRow| {
        let published = newest(row.id, VersionState::Published);
        let is_seen = reach.sees(row.audience) && (reach.drafts || published.is_some());
        is_seen.then(|| Survey {
            code: row.code.clone(),
            audience: row.audience,
            titles: row.titles.0.clone(),
            paired_with: twin(row),
            published,
            draft: newest(row.id, VersionState::Draft).filter(|_| reach.drafts),
            created_at: row.created_at,
        })
    };
    rows.iter().filter_map(view).collect()
}

/// Validates a new survey.
///
/// # Errors
/// 422 that names every field at fault.
pub(super) fn survey(given: &GivenSurvey) -> Result<NewSurvey, Error> {
    let mut faults = FieldErrors::new();
    let code = given.code.trim().to_lowercase();
    if !text::is_code(&code) {
        faults.add(FieldError::new("/code", FieldCode::BadCode).with("value", text::shown(&given.code)));
    }
    for language in [Language::En, Language::Fr] {
        if !given.titles.contains_key(&language) {
            faults.add(FieldError::new(format!("/titles/{language}"), FieldCode::Missing));
        }
    }
    let mut titles = Titles::new();
    for (&language, title) in &given.titles {
        if let Some(title) = faults.take(&format!("/titles/{language}"), text::name::thing(title, MAX_TITLE)) {
            titles.insert(language, title);
        }
    }
    let twin = given.paired_with.as_ref().map(|code| code.trim().to_lowercase());
    faults.finish_with(Some(NewSurvey { code, audience: given.audience, titles, twin }))
}

/// The twin of a new survey among those that there are.
///
/// # Errors
/// 422 where the code is taken, or the twin does not exist, asks the same audience or has a twin already.
pub(super) fn twin(made: &NewSurvey, known: &[SurveyRow]) -> Result<Option<Id>, Error> {
    let mut faults = FieldErrors::new();
    if known.iter().any(|other| other.code == made.code) {
        faults.add(FieldError::new("/code", FieldCode::Duplicate));
    }
    let twin = made.twin.as_ref().and_then(|code| {
        let fault = |code: FieldCode| FieldError::new("/paired_with", code);
        let Some(found) = known.iter().find(|other| other.code == *code) else {
            faults.add(fault(FieldCode::UnknownSurvey).with("value", text::shown(code)));
            return None;
        };
        if found.audience == made.audience {
            faults.add(fault(FieldCode::SameAudience));
        }
        if found.paired_with.is_some() || known.iter().any(|other| other.paired_with == Some(found.id)) {
            faults.add(fault(FieldCode::SurveyPaired));
        }
        Some(found.id)
    });
    faults.finish()?;
    Ok(twin)
}

/// Refuses a questionnaire with faults.
///
/// # Errors
/// 422 that names each place, or the first hundred.
pub(super) fn check_publishable(found: &[Fault]) -> Result<(), Error> {
    let mut faults = FieldErrors::new();
    for fault in found {
        // A text cannot ask whether a word is empty.
        let told = if fault.detail.is_empty() { "bare" } else { "word" };
        faults.add(
            FieldError::new(format!("/questionnaire{}", fault.place), FieldCode::QuestionnaireFault)
                .with("fault", fault.code)
                .with("told", told)
                .with("value", text::shown(&fault.detail)),
        );
    }
    faults.finish()
}

/// Refuses a plan that was committed or is too old.
///
/// # Errors
/// 410.
pub(super) fn check_open(plan: &PlanRow, now: Timestamp) -> Result<(), Error> {
    if plan.committed_at.is_some() {
        return Err(Error::gone(ProblemCode::SurveyPlanCommitted));
    }
    if plan.expires_at <= now {
        return Err(Error::gone(ProblemCode::PlanExpired));
    }
    Ok(())
}

/// Refuses to make a draft of a plan that is spent, of no use, or made beside another draft than the present one.
///
/// # Errors
/// 409, 410, 422.
pub(super) fn check_plan(
    plan: &PlanRow,
    draft: Option<&VersionRow>,
    options: SurveyCommit,
    now: Timestamp,
) -> Result<(), Error> {
    check_open(plan, now)?;
    if plan.questionnaire.is_none() {
        return Err(Error::invalid(vec![FieldError::new("", FieldCode::NoQuestionnaire)]));
    }
    if plan.faults > 0 && !options.with_faults {
        let fault = FieldError::new("/with_faults", FieldCode::FaultsNotAccepted).with("count", plan.faults);
        return Err(Error::invalid(vec![fault]));
    }
    if draft.map(VersionRow::sha256) != plan.draft_seen {
        return Err(Error::conflict(ProblemCode::SurveyPlanOutdated));
    }
    match draft {
        Some(draft) if !options.replace => Err(draft_exists(draft.summary.number)),
        _ => Ok(()),
    }
}

/// The refusal of a second draft.
pub(super) fn draft_exists(number: i32) -> Error {
    Error::conflict(ProblemCode::DraftExists).with("number", number)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::db::Document;

    fn row(number: u8, audience: SurveyAudience, twin: Option<u8>) -> SurveyRow {
        let id = |number: u8| Id::from_bytes([number; 16]);
        SurveyRow {
            id: id(number),
            code: format!("s{number}"),
            audience,
            titles: Document(Titles::new()),
            paired_with: twin.map(id),
            created_at: Timestamp::from_micros(0),
        }
    }

    fn given(titles: &[(Language, &str)]) -> GivenSurvey {
        let titles = titles.iter().map(|&(language, title)| (language, title.to_owned())).collect();
        GivenSurvey { code: " SCS ".to_owned(), audience: SurveyAudience::Partner, titles, paired_with: None }
    }

    fn faults<T>(outcome: Result<T, Error>) -> Vec<(String, FieldCode)> {
        match outcome {
            Err(Error::Refused(refusal)) => {
                refusal.errors.into_iter().map(|fault| (fault.pointer, fault.code)).collect()
            }
            _ => Vec::new(),
        }
    }

    #[test]
    fn a_survey_has_a_title_in_english_and_french() {
        let made = survey(&given(&[(Language::En, " Smart  customs "), (Language::Fr, "Douane")])).unwrap();
        assert_eq!((made.code.as_str(), made.titles[&Language::Fr].as_str()), ("scs", "Douane"));
        let refused = survey(&given(&[(Language::En, "")]));
        assert_eq!(
            faults(refused).into_iter().map(|(pointer, _)| pointer).collect::<Vec<_>>(),
            ["/titles/fr", "/titles/en"]
        );
    }

    #[test]
    fn a_twin_asks_the_other_audience_and_has_no_other_twin() {
        let known = [row(1, SurveyAudience::Member, None), row(2, SurveyAudience::Partner, Some(1))];
        let made = |code: &str, audience, twin: &str| NewSurvey {
            code: code.to_owned(),
            audience,
            titles: Titles::new(),
            twin: Some(twin.to_owned()),
        };
        let judged = |code, audience, twin| faults(super::twin(&made(code, audience, twin), &known));
        assert_eq!(
            judged("new", SurveyAudience::Member, "s3"),
            [("/paired_with".to_owned(), FieldCode::UnknownSurvey)]
        );
        assert_eq!(
            judged("s1", SurveyAudience::Member, "s1"),
            [
                ("/code".to_owned(), FieldCode::Duplicate),
                ("/paired_with".to_owned(), FieldCode::SameAudience),
                ("/paired_with".to_owned(), FieldCode::SurveyPaired),
            ]
        );
        let free = twin(&made("new", SurveyAudience::Partner, "s1"), known.get(..1).unwrap_or_default());
        assert_eq!(free.unwrap(), Some(known[0].id));
    }

    #[test]
    fn whoever_does_not_write_surveys_sees_what_is_published_for_their_audience() {
        let rows = [row(1, SurveyAudience::Member, None), row(2, SurveyAudience::Partner, Some(1))];
        let numbers = [
            (rows[0].id, 1, VersionState::Published),
            (rows[0].id, 2, VersionState::Published),
            (rows[0].id, 3, VersionState::Draft),
            (rows[1].id, 1, VersionState::Draft),
        ];
        let seen = |drafts, members, partners| {
            let views = views(&rows, &numbers, Reach { drafts, members, partners });
            let shown = |view: &Survey| (view.code.clone(), view.paired_with.clone(), view.published, view.draft);
            views.iter().map(shown).collect::<Vec<_>>()
        };
        let (one, two) = ("s1".to_owned(), "s2".to_owned());
        assert_eq!(seen(false, true, false), [(one.clone(), None, Some(2), None)]);
        assert!(seen(false, false, true).is_empty());
        assert_eq!(
            seen(true, true, true),
            [(one.clone(), Some(two.clone()), Some(2), Some(3)), (two, Some(one), None, Some(1))]
        );
    }
}
