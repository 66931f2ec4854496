//! The answers themselves, one row for each respondent, for the Secretariat.
//!
//! Answers to questions that are only counted are in no file. Those to questions for the community are there if the
//! organisation agreed to show them: a file goes further than a page.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use questionnaire::{Questionnaire, Sensitivity};
use serde_json::json;
use survey_results::writers::{Microdata, Reading, Respondent, Value};

use super::{ReleaseFile, TableFormat, as_csv, sheets};
use crate::audit::{Entry, Event, Trace};
use crate::db::{Conn, Id};
use crate::error::Error;
use crate::heavy_work::Wanted;
use crate::i18n::{Catalogue, Language};
use crate::members::Region;
use crate::policy::Principal;
use crate::releases::Releases;
use crate::releases::making::published;
use crate::releases::named::PAGE;
use crate::releases::words::PortalWords;
use crate::responses::{self, CountedSubmission};
use crate::rounds::{self, FrameEntry, RoundFacts};
use crate::service::{Service as _, UnitOfWork};
use crate::surveys;

/// What is written.
struct Material {
    round: RoundFacts,
    questionnaire: Questionnaire,
    submissions: Vec<(FrameEntry, CountedSubmission)>,
}

impl Releases {
    /// The answers of a round as they are submitted at present. The audit log has who took them.
    ///
    /// # Errors
    /// 404; 422 where there are too many columns; 429 where the officer has heavy work under way, 503 where the lane
    /// is full.
    pub async fn microdata(
        &self,
        officer: Arc<Principal>,
        trace: Trace,
        round: Id,
        format: TableFormat,
        language: Language,
    ) -> Result<ReleaseFile, Error> {
        let (person, catalogue) = (officer.user_id, Arc::clone(&self.catalogue));
        let place = self.heavy_work.place(person)?;
        let material = self.material(round).await?;
        let detail = json!({"round": round, "respondents": material.submissions.len()});
        // Nothing is handed out before it is recorded, under the rights of that moment.
        let record = move |unit: &UnitOfWork<Self>, conn: &mut Conn| {
            let entry = Entry::by(Event::AnswersExported, person, round).with(detail);
            unit.audit.record(conn, &unit.trace, &entry)
        };
        self.write(trace, record).await?;
        let name = format!("{}-answers.{}", material.round.survey, format.extension());
        let write = move |_: &Wanted| written(&catalogue, &material, format, language);
        Ok(ReleaseFile { name, media_type: format.media_type(), content: place.run(write).await? })
    }

    /// Reads page by page, so that no unit of work is long.
    async fn material(&self, round: Id) -> Result<Material, Error> {
        let now = self.foundation.clock.now();
        let begin = move |conn: &mut Conn| Ok((published(conn, round)?, rounds::frame(conn, round)?));
        let ((facts, questionnaire), frame) = self.read(begin).await?;
        let mut frame: HashMap<Id, FrameEntry> = frame.into_iter().map(|entry| (entry.organisation, entry)).collect();
        let mut submissions: Vec<(FrameEntry, CountedSubmission)> = Vec::new();
        let mut after = None;
        loop {
            let page = self.read(move |conn| responses::submissions_at(conn, round, now, after, PAGE)).await?;
            let known = |submission: CountedSubmission| Some((frame.remove(&submission.organisation)?, submission));
            submissions.extend(page.data.into_iter().filter_map(known));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        submissions.sort_by(|(one, _), (other, _)| one.code.cmp(&other.code));
        Ok(Material { round: facts, questionnaire, submissions })
    }
}

fn written(
    catalogue: &Catalogue,
    material: &Material,
    format: TableFormat,
    language: Language,
) -> Result<Vec<u8>, Error> {
    let questionnaire = &material.questionnaire;
    let data = Microdata::new(questionnaire).map_err(surveys::too_many_columns)?;
    let questions = questionnaire.questions().map(|(_, question)| question);
    let community = questions.filter(|question| question.sensitivity == Sensitivity::Community);
    let (declined, nothing) = (community.map(|question| question.code.clone()).collect(), BTreeSet::new());
    let row = |(entry, submission): &(FrameEntry, CountedSubmission)| {
        data.row(&Respondent {
            organisation: &entry.code,
            region: entry.region.map(Region::as_str),
            submission: submission.number.unsigned_abs(),
            answers: &submission.answers,
            declined: if submission.shares_answers { &nothing } else { &declined },
        })
    };
    let texts = |row: Vec<String>| row.into_iter().map(Value::Text).collect::<Vec<Value>>();
    let (heads, rows) = (data.heads(), material.submissions.iter().map(row).map(texts).collect::<Vec<_>>());
    match format {
        TableFormat::Csv(separator) => as_csv(&heads, &rows, separator),
        TableFormat::Xlsx => {
            let reading = Reading::new(questionnaire, language.as_str(), PortalWords { catalogue, language });
            let mut labels = data.labels(&reading).into_iter();
            let label_heads = labels.next().unwrap_or_default();
            let labels: Vec<_> = labels.map(texts).collect();
            sheets::write(&[("data", &heads, &rows), ("labels", &label_heads, &labels)])
        }
    }
}
