//! Surveys, their versions, and plans of imports: rows, requests and answers.

use std::borrow::Cow;
use std::collections::BTreeMap;

use diesel::prelude::*;
use questionnaire::Questionnaire;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use super::findings::{QuestionnaireFaultCode, SurveyImportFault, SurveyImportNote};
use crate::db::schema::{survey, survey_plan, survey_version};
use crate::db::{Document, Id};
use crate::i18n::Language;
use crate::secrets::{fingerprint, hex};
use crate::time::Timestamp;

crate::text_enum! {
    /// Whom a survey asks.
    pub enum SurveyAudience {
        /// Member administrations.
        Member = "member",
        /// Partner agencies.
        Partner = "partner",
    }
}

crate::text_enum! {
    /// Whether a version can be changed.
    pub enum VersionState {
        /// It can.
        Draft = "draft",
        /// It never changes again.
        Published = "published",
    }
}

/// A title by language.
pub type Titles = BTreeMap<Language, String>;

/// A questionnaire in JSON, as the description of the API tells of it.
pub enum QuestionnaireDocument {}

// Written by hand: the types of questionnaires know nothing of descriptions. `docs/surveys.md` has their fields.
impl PartialSchema for QuestionnaireDocument {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Object)
            .description(Some("A questionnaire: languages, title, sections (docs/surveys.md)."))
            .into()
    }
}

impl ToSchema for QuestionnaireDocument {
    fn name() -> Cow<'static, str> {
        "QuestionnaireDocument".into()
    }
}

/// A new survey.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GivenSurvey {
    /// Its code: letters, digits, `_` and `-`.
    #[schema(example = "smart-customs")]
    pub code: String,
    /// Whom it asks.
    pub audience: SurveyAudience,
    /// Its title in each language; English and French at least.
    #[schema(value_type = std::collections::HashMap<String, String>)]
    pub titles: Titles,
    /// The code of the survey of the other audience that asks about the same concepts.
    #[serde(default)]
    pub paired_with: Option<String>,
}

/// A survey.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Survey {
    /// Its code.
    #[schema(example = "smart-customs")]
    pub code: String,
    /// Whom it asks.
    pub audience: SurveyAudience,
    /// Its title in each language.
    #[schema(value_type = std::collections::HashMap<String, String>)]
    pub titles: Titles,
    /// The code of the survey of the other audience that asks about the same concepts, if the reader may see it.
    pub paired_with: Option<String>,
    /// The newest published version.
    pub published: Option<i32>,
    /// The version that is a draft; for the Secretariat.
    pub draft: Option<i32>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

impl Survey {
    /// Its title for a reader of this language.
    #[must_use]
    pub fn title_in(&self, language: Language) -> &str {
        title_in(&self.titles, language).unwrap_or(&self.code)
    }
}

/// All surveys that the reader may see.
#[derive(Debug, Serialize, ToSchema)]
pub struct SurveyList {
    /// In the order of their codes: 200 at most.
    pub data: Vec<Survey>,
}

/// A questionnaire to be stored as a draft.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GivenVersion {
    /// The questionnaire, which may have faults.
    #[schema(value_type = QuestionnaireDocument)]
    pub questionnaire: Questionnaire,
}

/// A version without its questionnaire.
#[derive(Clone, Debug, Serialize, Queryable, Selectable, ToSchema)]
#[diesel(table_name = survey_version)]
pub struct VersionSummary {
    /// Its number, the first being 1.
    pub number: i32,
    /// Whether it can be changed.
    pub state: VersionState,
    /// The SHA-256 of its canonical JSON, in hexadecimal digits; of a published version.
    pub sha256: Option<String>,
    /// When it was begun.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it was changed last.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    /// When it was published.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub published_at: Option<Timestamp>,
}

impl VersionSummary {
    /// What tells a published version from others, as [`VersionRow::stamp`].
    pub(super) fn published_stamp(&self) -> Option<VersionStamp> {
        let Self { number, state, sha256, updated_at, .. } = self;
        let text = sha256.clone().filter(|_| *state == VersionState::Published)?;
        Some(VersionStamp { number: *number, state: *state, updated_at: *updated_at, text })
    }
}

/// The versions of a survey that the reader may see.
#[derive(Debug, Serialize, ToSchema)]
pub struct VersionList {
    /// The newest first: 100 at most.
    pub data: Vec<VersionSummary>,
}

/// A place where a draft contradicts itself.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct QuestionnaireFault {
    /// A JSON pointer (RFC 6901) into the questionnaire.
    #[schema(example = "/sections/0/items/2/question/show_if")]
    pub place: String,
    /// What is wrong, for programs.
    #[schema(value_type = QuestionnaireFaultCode, example = "rule_on_later_question")]
    pub code: &'static str,
    /// What is wrong, in the reader's language.
    pub detail: String,
    /// The word that it is about: a code, a language, a bound. Empty where there is none.
    pub value: String,
    /// What was perhaps meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nearest: Option<String>,
}

/// A version with its questionnaire.
#[derive(Debug, Serialize, ToSchema)]
pub struct SurveyVersion {
    /// The code of the survey.
    pub survey: String,
    /// What is known of it.
    #[serde(flatten)]
    pub summary: VersionSummary,
    /// The questionnaire.
    #[schema(value_type = QuestionnaireDocument)]
    pub questionnaire: Box<RawValue>,
    /// Where a draft contradicts itself: 500 places at most. It is published once there are none.
    pub faults: Vec<QuestionnaireFault>,
    /// What its entity tag is made of.
    #[serde(skip)]
    pub(super) stamp: VersionStamp,
}

/// What tells one state of a version from another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct VersionStamp {
    number: i32,
    state: VersionState,
    updated_at: Timestamp,
    text: String,
}

/// The kind of a file that is imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportKind {
    /// `XLSForm`, as XLSX.
    Workbook,
    /// JSON.
    Json,
}

/// What a file was read as. Nothing is stored in the survey yet.
#[derive(Debug, Serialize, ToSchema)]
pub struct SurveyPlan {
    /// Its id, to commit it.
    #[schema(value_type = String)]
    pub plan: Id,
    /// Until when it can be committed.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
    /// The questionnaire without what could not be read; none where the file has no readable shape.
    #[schema(value_type = Option<QuestionnaireDocument>)]
    pub questionnaire: Option<Box<RawValue>>,
    /// What is wrong or not supported; without any, the questionnaire can be published as it is.
    pub faults: Vec<SurveyImportFault>,
    /// What was passed over and changes no answer.
    pub notes: Vec<SurveyImportNote>,
}

/// How a plan is to become the draft.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SurveyCommit {
    /// Whether the faults are accepted: the draft lacks what could not be read, and is mended before it is published.
    #[serde(default)]
    pub with_faults: bool,
    /// Whether it replaces the draft that was there when the file was read.
    #[serde(default)]
    pub replace: bool,
}

/// The title for a reader of this language: in it, else in the language of the portal's texts for that reader, else in
/// English, else in any. None where there is no title.
#[must_use]
pub fn title_in(titles: &Titles, language: Language) -> Option<&str> {
    let known = [language, language.catalogue(), Language::En].into_iter().find_map(|language| titles.get(&language));
    known.or_else(|| titles.values().next()).map(String::as_str)
}

/// What other features know of a survey.
#[derive(Clone, Debug)]
pub struct SurveyFacts {
    /// Its id.
    pub id: Id,
    /// Its code.
    pub code: String,
    /// Whom it asks.
    pub audience: SurveyAudience,
    /// Its title in each language.
    pub titles: Titles,
    /// The survey of the other audience that the later one of both names.
    pub paired_with: Option<Id>,
}

impl SurveyFacts {
    /// Its title for a reader of this language.
    #[must_use]
    pub fn title_in(&self, language: Language) -> String {
        title_in(&self.titles, language).unwrap_or(&self.code).to_owned()
    }

    /// Whether both ask about the same concepts.
    #[must_use]
    pub fn is_paired_with(&self, other: &Self) -> bool {
        self.paired_with == Some(other.id) || other.paired_with == Some(self.id)
    }
}

/// A survey as it is stored.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = survey)]
pub(super) struct SurveyRow {
    pub(super) id: Id,
    pub(super) code: String,
    pub(super) audience: SurveyAudience,
    pub(super) titles: Document<Titles>,
    pub(super) paired_with: Option<Id>,
    pub(super) created_at: Timestamp,
}

/// A survey that was validated.
#[derive(Clone, Debug)]
pub(super) struct NewSurvey {
    pub(super) code: String,
    pub(super) audience: SurveyAudience,
    pub(super) titles: Titles,
    /// The code of its twin.
    pub(super) twin: Option<String>,
}

/// A version as it is stored.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = survey_version)]
pub(super) struct VersionRow {
    #[diesel(embed)]
    pub(super) summary: VersionSummary,
    pub(super) questionnaire: String,
}

impl VersionRow {
    pub(super) fn is_draft(&self) -> bool {
        self.summary.state == VersionState::Draft
    }

    /// The SHA-256 of its questionnaire, in hexadecimal digits.
    pub(super) fn sha256(&self) -> String {
        hex(&fingerprint(&self.questionnaire))
    }

    pub(super) fn stamp(&self) -> VersionStamp {
        let VersionSummary { number, state, updated_at, .. } = self.summary;
        VersionStamp { number, state, updated_at, text: self.sha256() }
    }
}

/// A plan as it is stored.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = survey_plan)]
pub(super) struct PlanRow {
    pub(super) id: Id,
    pub(super) survey_id: Id,
    pub(super) made_by: Id,
    pub(super) expires_at: Timestamp,
    pub(super) committed_at: Option<Timestamp>,
    pub(super) questionnaire: Option<String>,
    pub(super) faults: i32,
    pub(super) draft_seen: Option<String>,
    /// JSON of [`super::findings::Findings`]; as text, since `jsonb` has no zero byte in a text.
    pub(super) findings: Option<String>,
}
