//! The mail as its readers see it, in each language; its recipients one by one; and a test to people of the Secretariat.

use std::sync::Arc;

use askama::Template;
use serde::Deserialize;

use super::Office;
use super::audience_words;
use super::heading::{Heading, address};
use crate::announcements::addressees::{Addressee, AddresseeFilter};
use crate::announcements::pages::reading::below_title;
use crate::announcements::{Announcement, Announcements, Article, Preview, Rendered, Review, Test};
use crate::error::{Error, OrInternal as _};
use crate::http::Query;
use crate::i18n::Language;
use crate::identity::guards::CanManageAnnouncements;
use crate::mail::markdown;
use crate::web::{Choice, FormState, Notice, Page, PageResult, Posted, Tab};

/// In which language a mail is shown.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct PreviewQuery {
    language: String,
}

#[derive(Template)]
#[template(path = "announcements/authoring/preview.html")]
struct PreviewPage<'a> {
    page: &'a Page,
    heading: Heading,
    languages: Vec<Tab>,
    language: String,
    article: Article,
    text: String,
    size: String,
    /// Whether some mail programs will cut it.
    is_clipped: bool,
    /// Whether the text has pictures or HTML, which readers do not get.
    is_stripped: bool,
    /// To how many it is addressed, or was when it was sent.
    addressed: String,
}

/// The mail in one language, as a page and as text.
pub(super) async fn preview(office: Office, query: Query<PreviewQuery>) -> PageResult {
    let Office { person: officer, page, service, place: id, .. } = &office;
    let Review { announcement, preview } = service.review(Arc::clone(&officer.0), *id).await?;
    let Preview { recipients, mut rendered, .. } = preview;
    let written = |language: &Language| announcement.variants.contains_key(language);
    let asked = Language::parse(&query.0.language).filter(written);
    let language = asked.or(Some(page.language()).filter(written)).unwrap_or(announcement.default_language);
    let Rendered { text, size, .. } = rendered.remove(&language).ok_or_else(Error::not_found)?;
    let mut articles = articles(service, officer, &announcement).await?.into_iter();
    let article = articles.find(|article| article.language == language).ok_or_else(Error::not_found)?;
    let tab = |it: &Language| {
        Tab::new(page.words("language", it.as_str()), format!("{}?language={it}", page.path()), *it == language)
    };
    let addressed = if announcement.status.has_begun() {
        page.say("authoring-addressed", "count", announcement.recipients)
    } else {
        page.say("authoring-recipients-now", "count", recipients)
    };
    let content = PreviewPage {
        page,
        heading: Heading::of(page, officer, &announcement),
        languages: announcement.variants.keys().map(tab).collect(),
        language: page.words("language", language.as_str()),
        article,
        text: without_empty_token(&text),
        size: page.say("authoring-size", "bytes", size.octets),
        is_clipped: size.warning.is_some(),
        is_stripped: announcement.variants.get(&language).is_some_and(|it| markdown::is_stripped(&it.body_markdown)),
        addressed,
    };
    page.show(&content)
}

/// The text of a mail without the token of its reader, which is empty in a preview.
fn without_empty_token(text: &str) -> String {
    let lines = text.lines().map(|line| line.strip_suffix("?mail=").unwrap_or(line));
    lines.collect::<Vec<_>>().join("\n")
}

/// The texts of an announcement as its readers see them, to stand below headings.
pub(super) async fn articles(
    service: &Announcements,
    officer: &CanManageAnnouncements,
    announcement: &Announcement,
) -> Result<Vec<Article>, Error> {
    let articles = service.articles(officer, announcement).await?.into_iter();
    Ok(articles.map(|article| Article { html: below_title(article.html), ..article }).collect())
}

/// Which recipients are shown.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct AskedRecipients {
    /// `left_out`: those alone who would get no mail.
    show: String,
    from: u32,
}

#[derive(Template)]
#[template(path = "announcements/authoring/recipients.html")]
struct RecipientsPage<'a> {
    page: &'a Page,
    heading: Heading,
    counts: Preview,
    /// Whom it is for, in words; none for everybody.
    audience: Vec<String>,
    by_language: Vec<(String, usize)>,
    /// All, and those who would get no mail.
    shown: Vec<Tab>,
    rows: Vec<Recipient>,
    first: String,
    next: String,
    limit: usize,
}

struct Recipient {
    name: String,
    email: String,
    administration: String,
    language: String,
    /// Why there would be no mail; empty where there would be one.
    reason: String,
}

/// How many it is for, who they are, and who of them would get no mail.
pub(super) async fn recipients(office: Office, query: Query<AskedRecipients>) -> PageResult {
    let Office { person: officer, page, service, place: id, .. } = &office;
    let Review { announcement, preview: counts } = service.review(Arc::clone(&officer.0), *id).await?;
    if announcement.status.has_begun() {
        // They are fixed: each has a delivery.
        return Ok(page.lead_to(&address(*id, "deliveries")).finish());
    }
    let AskedRecipients { show, from } = query.0;
    let left_out = show == "left_out";
    let found = service.addressees(*id, AddresseeFilter { left_out, from, language: page.language() }).await?;
    let address_of = |show: &str| format!("{}?show={show}", page.path());
    let own = address_of(if left_out { "left_out" } else { "all" });
    let tab = |(show, is_left_out): (&str, bool)| {
        Tab::new(page.text(&format!("authoring-show-{show}")), address_of(show), is_left_out == left_out)
    };
    let by_language = counts.by_language.iter();
    let audience = announcement.audience.as_ref();
    let content = RecipientsPage {
        audience: audience.map(|audience| audience_words::conditions(page, audience)).unwrap_or_default(),
        page,
        heading: Heading::of(page, officer, &announcement),
        by_language: by_language.map(|(it, count)| (page.words("language", it.as_str()), *count)).collect(),
        counts,
        shown: [("all", false), ("left_out", true)].map(tab).into(),
        limit: found.addressees.len(),
        rows: found.addressees.into_iter().map(|addressee| row(page, addressee)).collect(),
        next: found.next.map(|next| format!("{own}&from={next}")).unwrap_or_default(),
        first: if from > 0 { own } else { String::new() },
    };
    page.show(&content)
}

fn row(page: &Page, addressee: Addressee) -> Recipient {
    let Addressee { name, email, administration, language, skip } = addressee;
    let language = page.words("language", language.as_str());
    let reason = skip.map(|reason| page.words("authoring-skip", reason.as_str())).unwrap_or_default();
    Recipient { name, email, administration, language, reason }
}

/// What is chosen for a test: all languages where none is, oneself where nobody is.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct TestForm {
    languages: Vec<Language>,
    to: Vec<String>,
}

#[derive(Template)]
#[template(path = "announcements/authoring/test.html")]
struct TestPage<'a> {
    page: &'a Page,
    form: &'a FormState,
    heading: Heading,
    languages: Vec<Choice>,
    /// The people of the Secretariat, by their addresses.
    people: Vec<Choice>,
}

/// The page before a test.
pub(super) async fn ask_test(office: Office) -> PageResult {
    let form = office.keyed().with("to", &office.person.email);
    show_test(&office, form).await
}

/// Sends a test to people of the Secretariat.
pub(super) async fn test(office: Office, posted: Posted<TestForm>) -> PageResult {
    let Posted { input, form } = posted;
    let (officer, ticket) = (&office.person, office.ticket(&form));
    let tested = async {
        let TestForm { languages, to } = input?;
        let names = if to.is_empty() { officer.email.clone() } else { to.join(", ") };
        let test = Test { languages, to };
        let answer = office.service.test(officer.user_id, office.trace(), ticket, office.place, test).await?;
        let done: serde_json::Value = serde_json::from_str(&answer.body).or_internal()?;
        Ok::<_, Error>((done.get("mails").and_then(serde_json::Value::as_u64).unwrap_or_default(), names))
    };
    let way = |(mails, names): (u64, String)| {
        let notice = Notice::new("authoring-tested").with("count", mails).with("email", names);
        (address(office.place, "test"), notice)
    };
    office.lead_on(form, Box::pin(tested).await, way, show_test).await
}

async fn show_test(office: &Office, form: FormState) -> PageResult {
    let Office { person: officer, page, service, place: id, .. } = office;
    let form = form
        .labelled("languages", page.text("authoring-test-languages"))
        .labelled("to", page.text("authoring-test-people"));
    let announcement = service.get(Arc::clone(&officer.0), *id).await?;
    let languages = announcement.variants.keys();
    let people = service.testers().await?.into_iter();
    let form = form.with_errors_at_lists();
    let content = TestPage {
        page,
        form: &form,
        heading: Heading::of(page, officer, &announcement),
        languages: languages.map(|it| Choice::new(it.as_str(), page.words("language", it.as_str()))).collect(),
        people: people.map(|(name, email)| Choice::new(&email, format!("{name} ({email})"))).collect(),
    };
    page.show_form(&form, &content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_of_a_preview_has_no_empty_token() {
        assert_eq!(without_empty_token("a\nb?mail=\nc"), "a\nb\nc");
    }
}
