//! Readers of versions: the questionnaire with what is known of it, its files, and what pages show.
//!
//! A published version never changes. An answer about it is known by a mark before anything is read for it, and is
//! written once for all of its readers; of simultaneous requests one writes it, a few are written at a time, and only so
//! many different ones wait ([`Renderings`]). What was written, and the questionnaires that pages show, share a memory
//! that is bounded by bytes. A draft is read by the Secretariat alone, and is read anew for each request.

use std::sync::Arc;

use questionnaire::{Questionnaire, check_size};
use serde::Serialize;

use super::checks::check;
use super::codebooks::{self, CodebookFormat};
use super::faults::Teller;
use super::types::{QuestionnaireFault, SurveyRow, VersionRow, VersionSummary};
use super::{Surveys, rules, seen, sheets, store, stored, view};
use crate::db::{Conn, Id};
use crate::error::{Error, OrInternal as _};
use crate::http::fixed::{Fixed, Keeping};
use crate::http::{Renderings, etag, xlsx};
use crate::i18n::{Catalogue, Language};
use crate::policy::Principal;
use crate::service::Service as _;
use rules::Reach;

/// The media type of a questionnaire.
const JSON: &str = "application/json";
/// Most bytes of answers.
const ANSWERS: u64 = 32 << 20;
/// Most bytes of questionnaires that were read, about.
const PARSED: u64 = 32 << 20;
/// About how many of either. A cache of few is one part, so that a large one has room in it.
const ABOUT: usize = 30;
/// Most different ones that wait to be read or written.
const WAITING: usize = 32;
/// How much more memory JSON takes once it was read, about.
const READ: usize = 4;

/// A form in which a version is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum VersionForm {
    /// What is known of it, with its questionnaire.
    Whole,
    /// The questionnaire as JSON: loss-free, and of a published version the bytes that its hash names.
    Json,
    /// The questionnaire as `XLSForm`.
    Xlsx,
    /// The codebook. A draft has one once it has no faults.
    Codebook(CodebookFormat),
}

/// An answer about a version that this reader may have, before it is written.
#[derive(Clone, Debug)]
pub struct AskedVersion {
    survey: SurveyRow,
    summary: VersionSummary,
    form: VersionForm,
    /// None for a draft, which may change.
    marks: Option<Marks>,
}

/// What names an answer.
#[derive(Clone, Debug)]
struct Marks {
    /// To clients. That of the whole version is what a change names.
    tag: String,
    /// Among all answers.
    key: String,
}

impl AskedVersion {
    fn new(survey: SurveyRow, summary: VersionSummary, form: VersionForm) -> Result<Self, Error> {
        let marks = match (&summary.sha256, summary.published_stamp()) {
            (Some(sha256), Some(stamp)) => {
                // Another version of the portal may write it otherwise.
                let made_from = (env!("CARGO_PKG_VERSION"), survey.id, summary.number, sha256, form);
                let key = etag::version_of(&made_from)?;
                let tag = if form == VersionForm::Whole { etag::version_of(&stamp)? } else { key.clone() };
                Some(Marks { tag, key })
            }
            _ => None,
        };
        Ok(Self { survey, summary, form, marks })
    }

    /// The mark of the answer, if it has one, and who may keep it.
    #[must_use]
    pub fn mark(&self) -> (Option<&str>, Keeping) {
        (self.marks.as_ref().map(|marks| marks.tag.as_str()), Keeping::Nobody)
    }

    fn fixed(&self, media_type: &str, body: Vec<u8>) -> Result<Fixed, Error> {
        match &self.marks {
            Some(marks) => Fixed::marked(media_type, &marks.tag, body),
            None => Fixed::new(media_type, body),
        }
    }
}

/// A version as pages show it.
#[derive(Clone, Debug)]
pub struct OpenedVersion {
    /// The code of the survey.
    pub survey: String,
    /// What is known of it.
    pub summary: VersionSummary,
    /// The questionnaire.
    pub questionnaire: Arc<Questionnaire>,
    /// Where a draft contradicts itself.
    pub faults: Vec<QuestionnaireFault>,
    /// The questionnaire of a draft as JSON, into which its faults point.
    pub text: Option<String>,
}

/// A questionnaire that was read.
#[derive(Clone)]
struct Parsed {
    questionnaire: Arc<Questionnaire>,
    bytes: usize,
}

impl Parsed {
    fn weight(&self) -> u64 {
        u64::try_from(self.bytes.saturating_mul(READ)).unwrap_or(u64::MAX)
    }
}

/// What readers share. Cloning shares it, too.
#[derive(Clone)]
pub(super) struct Kept {
    answers: Renderings<Fixed>,
    parsed: Renderings<Parsed>,
}

impl Default for Kept {
    fn default() -> Self {
        Self {
            answers: Renderings::bounded(ABOUT, ANSWERS, Fixed::size, WAITING),
            parsed: Renderings::bounded(ABOUT, PARSED, Parsed::weight, WAITING),
        }
    }
}

impl Surveys {
    /// A version that the viewer may see, in a form: what is known before its questionnaire is read.
    ///
    /// # Errors
    /// 404.
    pub async fn asked(
        &self,
        viewer: Arc<Principal>,
        code: String,
        number: i32,
        form: VersionForm,
    ) -> Result<AskedVersion, Error> {
        let (survey, summary) = self.head(viewer, code, number).await?;
        AskedVersion::new(survey, summary, form)
    }

    /// The answer, as it was written before or is written now.
    ///
    /// # Errors
    /// 422 for the codebook of a draft with faults, or one with too many columns, and for the workbook of a draft that is
    /// larger than a questionnaire can be; of a draft 429 where the person has heavy work under way; 503 where too many
    /// others wait.
    pub async fn answer(&self, person: Id, asked: &AskedVersion, language: Language) -> Result<Fixed, Error> {
        let (surveys, wanted) = (self.clone(), asked.clone());
        match &asked.marks {
            None => Box::pin(surveys.of_draft(person, wanted, language)).await,
            Some(marks) => {
                let written = Box::pin(async move { surveys.of_published(wanted).await });
                self.kept.answers.get(marks.key.as_bytes(), written).await
            }
        }
    }

    async fn of_published(&self, asked: AskedVersion) -> Result<Fixed, Error> {
        self.metrics.rendered("survey_version");
        let (row, catalogue) = (self.row(&asked.survey, &asked.summary).await?, Arc::clone(&self.catalogue));
        self.heavy_work.beside(move || written(&catalogue, &asked, row, Vec::new())).await
    }

    /// Whoever reads a draft again and again has one piece of work at a time.
    async fn of_draft(&self, person: Id, asked: AskedVersion, language: Language) -> Result<Fixed, Error> {
        let catalogue = Arc::clone(&self.catalogue);
        if asked.form == VersionForm::Json {
            let row = self.row(&asked.survey, &asked.summary).await?;
            return self.heavy_work.beside(move || written(&catalogue, &asked, row, Vec::new())).await;
        }
        let place = self.heavy_work.place(person)?;
        let row = self.row(&asked.survey, &asked.summary).await?;
        let write = move || {
            let faults = match asked.form {
                VersionForm::Whole => Teller::new(&catalogue, language).of_draft(check(&stored(&row.questionnaire)?)),
                _ => Vec::new(),
            };
            written(&catalogue, &asked, row, faults)
        };
        place.run(move |_| write()).await
    }

    /// A version as pages show it.
    ///
    /// # Errors
    /// 404; of a draft 429 where the person has heavy work under way; 503 where too many others wait.
    pub async fn opened(
        &self,
        viewer: Arc<Principal>,
        code: String,
        number: i32,
        language: Language,
    ) -> Result<OpenedVersion, Error> {
        let person = viewer.user_id;
        let (survey, summary) = self.head(viewer, code, number).await?;
        let code = survey.code.clone();
        if let Some(sha256) = &summary.sha256 {
            let key = format!("{} {number} {sha256}", survey.id);
            let (surveys, of) = (self.clone(), summary.clone());
            let parse = async move { surveys.parsed(survey, of).await };
            let questionnaire = self.kept.parsed.get(key.as_bytes(), parse).await?.questionnaire;
            return Ok(OpenedVersion { survey: code, summary, questionnaire, faults: Vec::new(), text: None });
        }
        let place = self.heavy_work.place(person)?;
        let VersionRow { summary, questionnaire: text } = self.row(&survey, &summary).await?;
        let catalogue = Arc::clone(&self.catalogue);
        let read = move || {
            let questionnaire = stored(&text)?;
            let faults = Teller::new(&catalogue, language).of_draft(check(&questionnaire));
            let questionnaire = Arc::new(questionnaire);
            Ok(OpenedVersion { survey: code, summary, questionnaire, faults, text: Some(text) })
        };
        place.run(move |_| read()).await
    }

    async fn parsed(&self, survey: SurveyRow, summary: VersionSummary) -> Result<Parsed, Error> {
        self.metrics.rendered("questionnaire");
        let text = self.row(&survey, &summary).await?.questionnaire;
        let read = move || Ok(Parsed { questionnaire: Arc::new(stored(&text)?), bytes: text.len() });
        self.heavy_work.beside(read).await
    }

    /// A version that the viewer may see, without its questionnaire.
    async fn head(
        &self,
        viewer: Arc<Principal>,
        code: String,
        number: i32,
    ) -> Result<(SurveyRow, VersionSummary), Error> {
        self.read(move |conn| {
            let reach = Reach::of(&viewer);
            let survey = seen(conn, reach, &code)?;
            let summary = store::summary(conn, survey.id, number)?;
            let summary = summary.filter(|summary| reach.sees_version(survey.audience, summary.state));
            Ok((survey, summary.ok_or_else(Error::not_found)?))
        })
        .await
    }

    /// The same with its questionnaire.
    async fn row(&self, survey: &SurveyRow, summary: &VersionSummary) -> Result<VersionRow, Error> {
        let (survey, number) = (survey.id, summary.number);
        let find = move |conn: &mut Conn| store::version(conn, survey, number)?.ok_or_else(Error::not_found);
        self.read(find).await
    }
}

/// Writes an answer.
fn written(
    catalogue: &Catalogue,
    asked: &AskedVersion,
    row: VersionRow,
    faults: Vec<QuestionnaireFault>,
) -> Result<Fixed, Error> {
    let name = format!("{}-{}", asked.survey.code, row.summary.number);
    match asked.form {
        VersionForm::Whole => {
            let tag = etag::version_of(&row.stamp())?;
            let version = view(asked.survey.code.clone(), row, faults)?;
            Fixed::marked(JSON, &tag, serde_json::to_vec(&version).or_internal()?)
        }
        VersionForm::Json => asked.fixed(JSON, row.questionnaire.into_bytes())?.as_file(&format!("{name}.json")),
        VersionForm::Xlsx => {
            let questionnaire = stored(&row.questionnaire)?;
            rules::check_publishable(&check_size(&questionnaire))?;
            let content = sheets::write(&questionnaire::xlsform::export(&questionnaire))?;
            asked.fixed(xlsx::MEDIA_TYPE, content)?.as_file(&format!("{name}.xlsx"))
        }
        VersionForm::Codebook(format) => {
            let content = codebooks::written(catalogue, &asked.survey, &row, format)?;
            let (extension, media_type) = (format.extension(), format.media_type());
            asked.fixed(media_type, content)?.as_file(&format!("{name}-codebook.{extension}"))
        }
    }
}
