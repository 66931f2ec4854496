//! Previews: counts of recipients, the mail as some of them would read it, and tests to people of the Secretariat.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::fan_out::administrations;
use super::rendering::Rendering;
use super::types::{Announcement, Draft, Preview, Rendered, Row, SampleRecipient, Test, TestOutcome};
use super::{Announcements, digest, draft_of, rules, store};
use crate::audit::{Entry, Event, Trace};
use crate::db::{Conn, Id};
use crate::directory::recipients::{self, ContactSet, Reader};
use crate::error::{Error, FieldCode, FieldError, FieldErrors};
use crate::i18n::Language;
use crate::idempotency::{Answer, Ticket};
use crate::identity::{self, Credentials};
use crate::mail::{self, Content, Merge, Recipient};
use crate::policy::Principal;
use crate::service::{Service as _, UnitOfWork, by_right_of_guard};
use crate::text;
use crate::throttle::Bucket;

/// Recipients that a preview shows.
const SAMPLE: usize = 20;
/// Most addresses of one test.
const TESTERS: usize = 5;
/// How long a test is of use.
const TEST_LIFE: Duration = Duration::from_hours(24);

/// An announcement with its preview, both read in one snapshot. The counts and the texts therefore belong to the hash of
/// the announcement, by which an officer decides.
pub struct Review {
    /// The announcement, as the officer may see it.
    pub announcement: Announcement,
    /// Its recipients and mails.
    pub preview: Preview,
}

/// A preview before its mails are rendered.
struct PreviewDraft {
    unit: UnitOfWork<Announcements>,
    row: Row,
    draft: Draft,
    /// How many contacts its audience has: approval depends on that.
    chosen: u64,
    /// The values for the places of the text, in each language.
    merges: BTreeMap<Language, Merge>,
    /// The preview, without mails and without `needs_approval`.
    preview: Preview,
}

impl PreviewDraft {
    /// Finds out whether `by` needs somebody else's approval to send it now, by the same budget of the day as sending
    /// does. Reading a budget locks it, so this is a unit of work of its own.
    async fn with_approval(mut self, by: Id) -> Result<Self, Error> {
        let (unit, row, chosen) = (self.unit.clone(), self.row.clone(), self.chosen);
        let db = self.unit.service.foundation.db.clone();
        let gap = db.write(move |conn| unit.approval_gap(conn, &row, Some(by), chosen)).await?;
        self.preview.needs_approval = gap.is_some();
        Ok(self)
    }

    /// Renders the mail that somebody of the audience would read in each language.
    async fn rendered(self) -> Result<Preview, Error> {
        let lane = self.unit.service.lane.clone();
        lane.beside(move || self.render()).await
    }

    fn render(self) -> Result<Preview, Error> {
        let Self { unit, row, draft, merges, mut preview, .. } = self;
        for (&language, variant) in &draft.variants {
            let content = unit.service.content(row.id, &draft, language, variant)?;
            let merge = merges.get(&language).cloned().unwrap_or_default();
            let content = unit.outbox.letters().for_one(&content, &merge);
            let size = mail::size_of(&content);
            let rendered = Rendered { subject: content.subject, text: content.text, html: content.html, size };
            preview.rendered.insert(language, rendered);
        }
        Ok(preview)
    }
}

impl Announcements {
    /// Counts the recipients and renders the mail, and sends nothing.
    ///
    /// # Errors
    /// 404.
    pub async fn preview(&self, officer: Id, id: Id) -> Result<Preview, Error> {
        let unit = self.unit(Trace::default());
        let planned = self.foundation.db.read_snapshot(move |conn| unit.preview(conn, id)).await?;
        planned.with_approval(officer).await?.rendered().await
    }

    /// An announcement with its preview.
    ///
    /// # Errors
    /// 404.
    pub async fn review(&self, officer: Arc<Principal>, id: Id) -> Result<Review, Error> {
        let (unit, by) = (self.unit(Trace::default()), officer.user_id);
        let read = move |conn: &mut Conn| Ok((unit.read_as(conn, id, &officer)?, unit.preview(conn, id)?));
        let (announcement, planned) = self.foundation.db.read_snapshot(read).await?;
        let preview = planned.with_approval(by).await?.rendered().await?;
        Ok(Review { announcement: announcement.filled(&self.texts).await?, preview })
    }

    /// Sends a test to people of the Secretariat; `ticket` makes it idempotent.
    ///
    /// # Errors
    /// 404, 422, 429.
    pub async fn test(
        &self,
        officer: Id,
        trace: Trace,
        ticket: Option<Ticket>,
        id: Id,
        test: Test,
    ) -> Result<Answer, Error> {
        let rendering = Rendering::of(self, id).await?;
        let send = move |unit: &UnitOfWork<Self>, conn: &mut Conn| {
            Answer::json(202, &unit.test(conn, id, officer, &test, &rendering)?)
        };
        self.write_once(trace, ticket, by_right_of_guard, send).await
    }

    /// Whom a test can be sent to: name and address of each person of the Secretariat.
    pub async fn testers(&self) -> Result<Vec<(String, String)>, Error> {
        let people = self.read(identity::secretariat).await?.into_iter();
        Ok(people.map(|person| (person.name, person.email)).collect())
    }
}

impl UnitOfWork<Announcements> {
    fn preview(&self, conn: &mut Conn, id: Id) -> Result<PreviewDraft, Error> {
        let row = store::find(conn, id)?.ok_or_else(Error::not_found)?;
        let draft = draft_of(conn, &row)?;
        let set = draft.audience.contacts(conn)?;
        let written: Vec<Language> = draft.variants.keys().copied().collect();
        let population = recipients::population(conn, &set, |preferred, speaks| {
            rules::language_for(preferred, speaks, &written, draft.default_language)
        })?;
        let silenced = mail::consent::silenced(conn, draft.topic.as_deref(), self.now)?;
        let skipped = set.clone().and(&recipients::of_people(conn, &silenced)?);
        let digesting = if draft.topic.is_some() { digest::everybody(conn)? } else { Vec::new() };
        let digesting = set.clone().and(&recipients::of_people(conn, &digesting)?).but(&skipped);
        let skipped = recipients::population(conn, &skipped, |preferred, _| preferred)?.people;
        let digest = recipients::population(conn, &digesting, |preferred, _| preferred)?.people;
        let readers = sample(conn, &set)?;
        let mut merges = BTreeMap::new();
        for &language in &written {
            merges.insert(language, merge_for(conn, &draft, &readers, language)?);
        }
        let preview = Preview {
            recipients: population.people,
            skipped,
            digest,
            needs_approval: false,
            by_language: population.by_language,
            rendered: BTreeMap::new(),
            sample: readers
                .iter()
                .take(SAMPLE)
                .map(|reader| SampleRecipient {
                    name: reader.name.clone(),
                    email: reader.email.clone(),
                    language: language_of(reader, &draft),
                })
                .collect(),
        };
        Ok(PreviewDraft { unit: self.clone(), row, draft, chosen: set.len(), merges, preview })
    }

    /// Sends the mail as somebody of the audience would read it; no count includes it.
    fn test(&self, conn: &mut Conn, id: Id, by: Id, test: &Test, rendering: &Rendering) -> Result<TestOutcome, Error> {
        let row = store::find(conn, id)?.ok_or_else(Error::not_found)?;
        let draft = draft_of(conn, &row)?;
        let testers = testers(conn, by, &test.to)?;
        let set = draft.audience.contacts(conn)?;
        let readers = sample(conn, &set)?;
        let mut faults = FieldErrors::new();
        let few = faults.take("/languages", text::few(&test.languages, rules::MAX_LANGUAGES)).is_some();
        for (index, language) in test.languages.iter().enumerate().filter(|_| few) {
            if !draft.variants.contains_key(language) {
                faults
                    .add(FieldError::new(format!("/languages/{index}"), FieldCode::NoText).with("language", language));
            }
        }
        faults.finish()?;
        let mut mails = 0;
        for (&language, content) in rendering.contents(&draft)? {
            if !test.languages.is_empty() && !test.languages.contains(&language) {
                continue;
            }
            let content = Content { subject: format!("[TEST] {}", content.subject), ..content.clone() };
            let merge = merge_for(conn, &draft, &readers, language)?;
            for tester in &testers {
                self.throttle.charge(conn, Bucket::MailTest, &by.to_string())?;
                let to = Recipient { language, ..tester.recipient() };
                self.outbox.post_copy(conn, &to, "announcement_test", &content, merge.clone(), TEST_LIFE)?;
                mails += 1;
            }
        }
        let entry = Entry::by(Event::AnnouncementTested, by, id).with(json!({"people": testers.len()}));
        self.audit.record(conn, &self.trace, &entry)?;
        Ok(TestOutcome { mails })
    }
}

/// Some of its recipients.
fn sample(conn: &mut Conn, set: &ContactSet) -> Result<Vec<Reader>, Error> {
    // Somebody with two appointments counts once; a few more are read so that enough are left.
    let mut readers = recipients::readers(conn, &set.some(0, 10 * SAMPLE))?;
    readers.sort_by_key(|reader| reader.user_id);
    readers.dedup_by_key(|reader| reader.user_id);
    Ok(readers)
}

fn language_of(reader: &Reader, draft: &Draft) -> Language {
    let written: Vec<Language> = draft.variants.keys().copied().collect();
    rules::language_for(reader.preferred, &|| reader.speaks.clone(), &written, draft.default_language)
}

/// The values for a reader who would get it in this language, or for any reader where nobody would.
fn merge_for(conn: &mut Conn, draft: &Draft, readers: &[Reader], language: Language) -> Result<Merge, Error> {
    let reader = readers.iter().find(|reader| language_of(reader, draft) == language).or_else(|| readers.first());
    let Some(reader) = reader else { return Ok(Merge::default()) };
    let names = administrations(conn, std::slice::from_ref(reader))?;
    let administration = names.get(&reader.organisation_id).map(|member| member.name_in(language).to_owned());
    Ok(Merge { name: Some(reader.name.clone()), administration: administration.unwrap_or_default() })
}

/// The recipients of a test: `by`, or the people of the Secretariat with the addresses `to`.
fn testers(conn: &mut Conn, by: Id, to: &[String]) -> Result<Vec<Credentials>, Error> {
    let secretariat = identity::secretariat(conn)?;
    if to.is_empty() {
        return Ok(secretariat.into_iter().filter(|person| person.id == by).collect());
    }
    let mut faults = FieldErrors::new();
    if to.len() > TESTERS {
        faults.add(FieldError::new("/to", FieldCode::TooMany).with("max", TESTERS));
    }
    let mut testers = Vec::new();
    for (index, address) in to.iter().take(TESTERS).enumerate() {
        let address = mail::address::trimmed(address);
        let found = secretariat.iter().find(|person| person.email.eq_ignore_ascii_case(address));
        match found {
            Some(person) => testers.push(person.clone()),
            None => faults.add(FieldError::new(format!("/to/{index}"), FieldCode::NotSecretariat)),
        }
    }
    faults.finish_with(Some(testers))
}
