//! What sending would do, before it does: how many in which language, what they would read, and a test to oneself.

use std::collections::BTreeMap;
use std::time::Duration;

use super::fan_out::administrations;
use super::rendering::Rendering;
use super::types::{Draft, Preview, Rendered, SampleRecipient, Test, Tested};
use super::{Desk, digest, draft_of, rules, store};
use crate::db::{Conn, Id};
use crate::directory::addressing::{self, ContactSet, Reader};
use crate::error::{Error, Fault, Faults, OrInternal as _};
use crate::i18n::Language;
use crate::identity::{self, Credentials};
use crate::mail::{self, Content, Merge, Recipient};
use crate::text;
use crate::throttle::Bucket;

/// How many recipients a preview shows.
const SAMPLE: usize = 20;
/// Addresses of one test.
const TESTERS: usize = 5;
/// How long a test is of use.
const TEST_LIFE: Duration = Duration::from_hours(24);

/// What sending would do, before what it would say is rendered.
pub(super) struct Planned {
    desk: Desk,
    id: Id,
    draft: Draft,
    /// What the text says of a reader, in each language.
    merges: BTreeMap<Language, Merge>,
    /// All but what is rendered.
    preview: Preview,
}

impl Planned {
    /// With what somebody of the audience would read in each language.
    pub(super) async fn rendered(self) -> Result<Preview, Error> {
        tokio::task::spawn_blocking(move || self.render()).await.or_internal()?
    }

    fn render(self) -> Result<Preview, Error> {
        let Self { desk, id, draft, merges, mut preview } = self;
        for (&language, variant) in &draft.variants {
            let content = desk.content(id, &draft, language, variant)?;
            let merge = merges.get(&language).cloned().unwrap_or_default();
            let content = desk.outbox.letters().for_one(&content, &merge);
            let rendered = Rendered { subject: content.subject, text: content.text, html: content.html };
            preview.rendered.insert(language, rendered);
        }
        Ok(preview)
    }
}

impl Desk {
    /// Counts the recipients.
    pub(super) fn preview(&self, conn: &mut Conn, id: Id) -> Result<Planned, Error> {
        let row = store::find(conn, id)?.ok_or_else(Error::not_found)?;
        let draft = draft_of(conn, &row)?;
        let set = draft.audience.contacts(conn)?;
        let written: Vec<Language> = draft.variants.keys().copied().collect();
        let population = addressing::population(conn, &set, |preferred, speaks| {
            rules::language_for(preferred, speaks, &written, draft.default_language)
        })?;
        let silenced = mail::consent::silenced(conn, draft.topic.as_deref(), self.now)?;
        let skipped = set.clone().and(&addressing::of_people(conn, &silenced)?);
        let digesting = if draft.topic.is_some() { digest::everybody(conn)? } else { Vec::new() };
        let digesting = set.clone().and(&addressing::of_people(conn, &digesting)?).but(&skipped);
        let skipped = addressing::population(conn, &skipped, |preferred, _| preferred)?.people;
        let digest = addressing::population(conn, &digesting, |preferred, _| preferred)?.people;
        let readers = sample(conn, &set)?;
        let needs_approval = self.settings.approval_above.is_some_and(|most| set.len() > most);
        let mut merges = BTreeMap::new();
        for &language in &written {
            merges.insert(language, merge_for(conn, &draft, &readers, language)?);
        }
        let preview = Preview {
            recipients: population.people,
            skipped,
            digest,
            needs_approval,
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
        Ok(Planned { desk: self.clone(), id, draft, merges, preview })
    }

    /// Sends it to people of the Secretariat, as somebody of the audience would read it. It is counted nowhere.
    pub(super) fn test(
        &self,
        conn: &mut Conn,
        id: Id,
        by: Id,
        test: &Test,
        rendering: &Rendering,
    ) -> Result<Tested, Error> {
        let row = store::find(conn, id)?.ok_or_else(Error::not_found)?;
        let draft = draft_of(conn, &row)?;
        let testers = testers(conn, by, &test.to)?;
        let set = draft.audience.contacts(conn)?;
        let readers = sample(conn, &set)?;
        let mut faults = Faults::new();
        let few = faults.take("/languages", text::few(&test.languages, rules::MAX_LANGUAGES)).is_some();
        for (index, language) in test.languages.iter().enumerate().filter(|_| few) {
            if !draft.variants.contains_key(language) {
                faults.add(Fault::new(format!("/languages/{index}"), "no_text").with("language", language));
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
        Ok(Tested { mails })
    }
}

/// The first of those whom it would go to.
fn sample(conn: &mut Conn, set: &ContactSet) -> Result<Vec<Reader>, Error> {
    // Somebody with two appointments counts once; a few more are read so that enough are left.
    let mut readers = addressing::readers(conn, &set.some(0, 10 * SAMPLE))?;
    readers.sort_by_key(|reader| reader.user_id);
    readers.dedup_by_key(|reader| reader.user_id);
    Ok(readers)
}

fn language_of(reader: &Reader, draft: &Draft) -> Language {
    let written: Vec<Language> = draft.variants.keys().copied().collect();
    rules::language_for(reader.preferred, &|| reader.speaks.clone(), &written, draft.default_language)
}

/// What the text says of somebody who would read it in this language; of anybody where nobody would.
fn merge_for(conn: &mut Conn, draft: &Draft, readers: &[Reader], language: Language) -> Result<Merge, Error> {
    let reader = readers.iter().find(|reader| language_of(reader, draft) == language).or_else(|| readers.first());
    let Some(reader) = reader else { return Ok(Merge::default()) };
    let names = administrations(conn, std::slice::from_ref(reader))?;
    let administration = names.get(&reader.organisation_id).map(|member| member.name_in(language).to_owned());
    Ok(Merge { name: Some(reader.name.clone()), administration: administration.unwrap_or_default() })
}

/// Who gets a test: oneself, or these of the Secretariat.
fn testers(conn: &mut Conn, by: Id, to: &[String]) -> Result<Vec<Credentials>, Error> {
    let secretariat = identity::secretariat(conn)?;
    if to.is_empty() {
        return Ok(secretariat.into_iter().filter(|person| person.id == by).collect());
    }
    let mut faults = Faults::new();
    if to.len() > TESTERS {
        faults.add(Fault::new("/to", "too_many").with("max", TESTERS));
    }
    let mut testers = Vec::new();
    for (index, address) in to.iter().take(TESTERS).enumerate() {
        let found = secretariat.iter().find(|person| person.email.eq_ignore_ascii_case(address.trim()));
        match found {
            Some(person) => testers.push(person.clone()),
            None => faults.add(Fault::new(format!("/to/{index}"), "not_secretariat")),
        }
    }
    faults.finish_with(Some(testers))
}
